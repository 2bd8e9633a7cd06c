import { run } from '../../actions/registry';
import { prefs, setPref } from '../../app/prefs';
import { setPanels, useSession } from '../../app/session';
import { conflictStore, deploying, take3 } from '../../app/sync';
import { en, t } from '../../i18n';
import { connection } from '../../live';
import { encode } from '../../model/codec';
import { adopt, docStore, isDirty } from '../../model/doc-store';
import { merge3 } from '../../model/merge3';
import type { FlowDoc, Id, Problem } from '../../model/types';
import * as api from '../../net/api';
import { ApiError } from '../../net/http';
import { complain, toast } from '../../ui/toast';
import { draftsLeftOut, openDrafts } from './drafts';
import { answered, others, startWaiting, unanswered, type Wanted, wait } from './later';
import { deployStore } from './state';

export const typeLabels: Record<api.DeployType, { label: string; hint: string }> = {
  nodes: { label: en('Changed nodes'), hint: en('Restarts only what changed') },
  flows: { label: en('Changed flows'), hint: en('Restarts what is wired to what changed') },
  full: { label: en('Everything'), hint: en('Restarts all flows') },
};

/** Problems by node, '' for those of none. */
export function setProblems(list: readonly Problem[]): void {
  const problems: Record<Id, Problem[]> = {};
  for (const p of list) {
    const at = p.node ?? '';
    problems[at] ??= [];
    problems[at].push(p);
  }
  useSession.setState({ problems });
}

/** Makes the document what runs. strict: not if a node has an error. */
export async function deploy(o: { type?: api.DeployType; strict?: boolean } = {}): Promise<void> {
  if (deployStore.getState().busy) return;
  if (conflictStore.getState().conflicts.length > 0) {
    conflictStore.setState({ open: true });
    return;
  }
  const type = o.type ?? prefs.getState().deployType;
  if (o.type) setPref({ deployType: o.type });
  if (!isDirty() && type !== 'full') {
    // There is nothing but drafts: say so where they can be included.
    if (openDrafts().length > 0) deployStore.setState({ options: true });
    return;
  }
  const wanted = { doc: docStore.getState().doc, type, strict: o.strict ?? true };
  if (deploying.waits || connection.getState().online === 'offline') wait(wanted);
  else await send(wanted);
}

async function send(wanted: Wanted): Promise<void> {
  const { doc: sent, type, strict } = wanted;
  deployStore.setState({ busy: true, refused: false });
  deploying.now = true;
  if (deploying.sent !== sent) deploying.sent = null;
  try {
    await api.postFlows(sent, { type, strict });
    answered();
    await arrived(sent);
    deploying.sent = null;
    deployStore.setState((s) => ({ done: s.done + 1 }));
    deployed({ type, strict });
    void check();
  } catch (e) {
    failed(e, wanted);
  } finally {
    deploying.now = false;
    deployStore.setState({ busy: false });
  }
}

function deployed(o: Pick<Wanted, 'type' | 'strict'>): void {
  const drafts = openDrafts().length;
  if (drafts === 0) toast({ kind: 'ok', title: t('Deployed') });
  else
    toast({
      kind: 'ok',
      title: t('Deployed'),
      detail: draftsLeftOut(drafts),
      action: {
        label: t('Include'),
        run: () => {
          run('edit.include-drafts');
          void deploy(o);
        },
      },
    });
}

/** What runs now is what was sent, but for secrets; what was changed meanwhile stays on top. */
async function arrived(sent: FlowDoc): Promise<void> {
  const theirs = await api.getFlows();
  const { doc } = docStore.getState();
  adopt(theirs, merge3(sent, doc, theirs).doc, t('Deploy'));
}

function failed(e: unknown, wanted: Wanted): void {
  if (!(e instanceof ApiError)) {
    complain(t('Deploy failed'), e);
    return;
  }
  if (e.status === 0) {
    unanswered(wanted);
    return;
  }
  answered();
  if (e.status === 401) {
    wait(wanted); // the login is asked for already
    return;
  }
  if (e.status === 409) {
    api.getFlows().then(
      (theirs) => {
        if (!take3(theirs)) others();
      },
      (err) => complain(t('Deploy failed'), err),
    );
    return;
  }
  if (e.problems.length > 0) {
    setProblems(e.problems);
    deployStore.setState({ refused: true });
    setPanels({ bottom: true, bottomTab: 'problems', small: 'flow' });
    return;
  }
  complain(t('Deploy failed'), e);
}

let checking: AbortController | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Asks the server what is wrong with the document. */
async function check(): Promise<void> {
  checking?.abort();
  const mine = new AbortController();
  checking = mine;
  try {
    const { doc } = docStore.getState();
    const { problems, restarts } = await api.check(encode(doc), mine.signal);
    if (checking !== mine) return;
    deployStore.setState({ restarts: restarts ? { doc, by: restarts } : null });
    setProblems(problems);
    if (!problems.some((p) => p.severity === 'error')) deployStore.setState({ refused: false });
  } catch {
    // no answer, no news
  }
}

/** Keeps the problems up to date: a second after the last edit, and when the server is back. */
export function startChecks(): void {
  void check();
  startWaiting(send);
  connection.subscribe((s, was) => {
    if (s.online === 'online' && was.online === 'offline') void check();
  });
  docStore.subscribe((s, was) => {
    if (s.doc === was.doc) return;
    clearTimeout(timer);
    timer = setTimeout(check, 1000);
  });
}

export async function setRunning(run: boolean): Promise<void> {
  try {
    await api.setState(run ? 'start' : 'stop');
  } catch (e) {
    complain(run ? t('The flows did not start') : t('The flows did not stop'), e);
  }
}
