import { conflictStore, deploying, pull, take3 } from '../../app/sync';
import { t } from '../../i18n';
import { connection } from '../../live';
import type { FlowDoc } from '../../model/types';
import * as api from '../../net/api';
import { backoff } from '../../net/backoff';
import { ApiError, authStore } from '../../net/http';
import { complain, toast } from '../../ui/toast';
import { deployStore } from './state';

/** A deploy that somebody asked for: of the flows as they were then, not of what is typed meanwhile. */
export interface Wanted {
  doc: FlowDoc;
  type: api.DeployType;
  strict: boolean;
}

const mostDeaf = 3; // times that a server which is there may leave a deploy without an answer

let wanted: Wanted | null = null;
let send: (w: Wanted) => Promise<void>;
let timer: ReturnType<typeof setTimeout> | undefined;
let tries = 0;
let deaf = 0;
let asking = false;

/** Deploys when the server is back, or somebody has signed in again. */
export function wait(w: Wanted): void {
  if (!deploying.waits) tries = 0;
  wanted = w;
  deploying.waits = true;
  deployStore.setState({ waiting: true });
  clearTimeout(timer);
  timer = setTimeout(resume, backoff(tries++));
}

function end(): void {
  clearTimeout(timer);
  wanted = null;
  deploying.waits = false;
  deployStore.setState({ waiting: false });
}

/** Does not deploy after all. */
export function cancel(): void {
  end();
  void pull(); // what came meanwhile was left for the deploy to look at
}

/** The deploy was answered, however. */
export function answered(): void {
  deaf = 0;
}

/** It was sent and no answer came: it may have arrived all the same, which the flows of the server tell. */
export function unanswered(w: Wanted): void {
  deploying.sent = w.doc;
  if (++deaf < mostDeaf) {
    wait(w);
    return;
  }
  deaf = 0;
  toast({
    kind: 'error',
    title: t('Deploy failed: the server does not answer'),
    detail: t('It is there, but the connection breaks each time. Nothing is lost.'),
  });
  void pull();
}

/** Looks what the server runs now, and deploys if nobody else has. */
async function resume(): Promise<void> {
  const w = wanted;
  if (!w || asking || deployStore.getState().busy || authStore.getState().asked) return;
  clearTimeout(timer);
  asking = true;
  try {
    const theirs = await api.getFlows();
    if (wanted !== w) return;
    end();
    if (theirs.rev === w.doc.rev) {
      await send(w);
      return;
    }
    if (take3(theirs)) answered();
    else others();
  } catch (e) {
    if (wanted !== w) return;
    if (e instanceof ApiError && (e.status === 0 || e.status === 401 || e.status >= 502)) {
      deaf = 0; // it is away, and not deaf
      wait(w);
      return;
    }
    end();
    complain(t('Deploy failed'), e);
  } finally {
    asking = false;
    if (wanted && wanted !== w) wait(wanted);
  }
}

/** Somebody else deployed first: nothing of theirs is overwritten unseen. */
export function others(): void {
  if (conflictStore.getState().conflicts.length > 0) conflictStore.setState({ open: true });
  else
    toast({
      title: t('Others had deployed meanwhile'),
      detail: t('Your changes are on top of theirs now. Deploy again.'),
    });
}

/** From now on waits end when the server is back; what is sent then goes by `f`. */
export function startWaiting(f: (w: Wanted) => Promise<void>): void {
  send = f;
  connection.subscribe((s, was) => {
    if (s.online === 'online' && was.online !== 'online') void resume();
  });
  authStore.subscribe((s, was) => {
    if (was.asked && !s.asked) void resume();
  });
}
