import { useMemo, useRef } from 'react';
import { useStore } from 'zustand';
import { ariaChord } from '../../actions/keys';
import { run } from '../../actions/registry';
import { prefs, setPref } from '../../app/prefs';
import { reveal } from '../../app/reveal';
import { useSession } from '../../app/session';
import { en, t } from '../../i18n';
import { runtime } from '../../live';
import { objectOf } from '../../model/codec';
import { changesBetween } from '../../model/diff';
import { docStore } from '../../model/doc-store';
import { deployLines, deploySentence, restartWords, whatWords, wordsFor } from '../../model/summary';
import type { DeployType } from '../../net/api';
import { Button, Icon } from '../../ui';
import { part } from '../../ui/part';
import { deploy, setRunning, typeLabels } from './deploy';
import { draftsLeftOut, useOpenDrafts } from './drafts';
import { deployStore } from './state';

const Popover = part(en('The summary'), () => import('../../ui/Popover'));
const most = 200; // lines shown

function useLines() {
  const doc = useStore(docStore, (s) => s.doc);
  const base = useStore(docStore, (s) => s.base);
  return useMemo(() => {
    const { reordered } = changesBetween(base, doc);
    const lines = deployLines(base, doc);
    return { lines, sentence: deploySentence(lines, reordered), dirty: lines.length > 0 || reordered };
  }, [doc, base]);
}

export function DeployButton() {
  const { lines, sentence, dirty } = useLines();
  const busy = useStore(deployStore, (s) => s.busy);
  const waiting = useStore(deployStore, (s) => s.waiting);
  const type = useStore(prefs, (s) => s.deployType);
  const drafts = useOpenDrafts();
  const ready = dirty || type === 'full' || drafts.length > 0;
  const said = [
    ...(waiting ? [t('Deploys when the server is back')] : []),
    sentence,
    ...(drafts.length > 0 ? [draftsLeftOut(drafts.length)] : []),
  ].join(' · ');
  return (
    <div className="deploy" data-ready={ready || undefined}>
      <button
        type="button"
        className="btn deploy-main"
        data-kind={ready ? 'primary' : 'plain'}
        data-tip={said}
        data-chord="Mod+D"
        aria-label={t('Deploy')}
        aria-description={said}
        aria-keyshortcuts={ariaChord('Mod+D')}
        aria-disabled={!ready || busy}
        data-waiting={waiting || undefined}
        onClick={() => void deploy()}
      >
        <Icon name={busy ? 'refresh-cw' : waiting ? 'hourglass' : 'rocket'} className={busy ? 'spin' : ''} />
        <span>{t('Deploy')}</span>
        {lines.length > 0 && <span className="deploy-count" data-count={lines.length} />}
      </button>
      <Options ready={ready} />
    </div>
  );
}

function Options({ ready }: { ready: boolean }) {
  const open = useStore(deployStore, (s) => s.options);
  const setOpen = (options: boolean) => deployStore.setState({ options });
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <button
        ref={button}
        type="button"
        className="btn deploy-more"
        data-kind={ready ? 'primary' : 'plain'}
        aria-label={t('Deploy options')}
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Icon name="chevron-down" />
      </button>
      {open && (
        <Popover anchor={button} label={t('Deploy options')} onClose={() => setOpen(false)}>
          <Summary close={() => setOpen(false)} />
        </Popover>
      )}
    </>
  );
}

const signs = { added: '+', changed: '•', removed: '−' };

function Summary({ close }: { close: () => void }) {
  const { lines, sentence, dirty } = useLines();
  const type = useStore(prefs, (s) => s.deployType);
  const state = useStore(runtime, (s) => s.state);
  const errors = useSession((s) =>
    Object.values(s.problems)
      .flat()
      .some((p) => p.severity === 'error'),
  );
  const refused = useStore(deployStore, (s) => s.refused);
  const doc = useStore(docStore, (s) => s.doc);
  const restarts = useStore(deployStore, (s) => (s.restarts?.doc === doc ? s.restarts.by : null));
  const go = (strict: boolean) => {
    close();
    void deploy({ type, strict });
  };
  return (
    <>
      <h2 className="deploy-title">{sentence}</h2>
      {lines.length > 0 && (
        <ul className="deploy-lines">
          {lines.slice(0, most).map((l) => (
            <li key={l.id} data-what={l.what}>
              <span aria-hidden="true">{signs[l.what]}</span>
              {l.what === 'removed' ? (
                <span className="ellipsis">{l.label}</span>
              ) : (
                <button
                  type="button"
                  className="link ellipsis"
                  onClick={() => {
                    close();
                    reveal(l.id);
                  }}
                >
                  {l.label}
                </button>
              )}
              <span className="meta ellipsis">{l.detail || (l.label === l.type ? t(whatWords[l.what]) : l.type)}</span>
            </li>
          ))}
          {lines.length > most && <li className="meta">{t('and {{count}} more', { count: lines.length - most })}</li>}
        </ul>
      )}
      <Drafts close={close} />
      <div className="deploy-types" role="radiogroup" aria-label={t('What restarts')}>
        {(Object.keys(typeLabels) as DeployType[]).map((x) => (
          <label key={x}>
            <input type="radio" name="deploy-type" checked={type === x} onChange={() => setPref({ deployType: x })} />
            <span>
              {t(typeLabels[x].label)}
              <small>{restarts ? restartWords(restarts[x], doc) : t(typeLabels[x].hint)}</small>
            </span>
          </label>
        ))}
      </div>
      <div className="deploy-foot">
        <Button
          kind="quiet"
          size="small"
          icon={state === 'start' ? 'circle-stop' : 'circle-play'}
          onClick={() => {
            close();
            void setRunning(state !== 'start');
          }}
        >
          {state === 'start' ? t('Stop flows') : t('Start flows')}
        </Button>
        <span className="grow" />
        {(refused || errors) && (
          <Button size="small" onClick={() => go(false)} disabled={!dirty && type !== 'full'}>
            {t('Deploy anyway')}
          </Button>
        )}
        <Button size="small" kind="primary" onClick={() => go(true)} disabled={!dirty && type !== 'full'}>
          {t('Deploy now')}
        </Button>
      </div>
    </>
  );
}

/** What is typed into forms and was not taken by Done. */
function Drafts({ close }: { close: () => void }) {
  const drafts = useOpenDrafts();
  const doc = useStore(docStore, (s) => s.doc);
  if (drafts.length === 0) return null;
  return (
    <div className="deploy-drafts">
      <Icon name="pencil" size={14} />
      <div className="grow">
        {draftsLeftOut(drafts.length)}
        <div className="meta">
          {drafts.slice(0, 3).map((id, i) => (
            <span key={id}>
              {i > 0 && ', '}
              <button
                type="button"
                className="link"
                onClick={() => {
                  close();
                  reveal(id, { open: true });
                }}
              >
                {wordsFor(objectOf(doc, id)!, doc).label}
              </button>
            </span>
          ))}
          {drafts.length > 3 && ` ${t('and {{count}} more', { count: drafts.length - 3 })}`}
        </div>
      </div>
      <Button size="small" onClick={() => run('edit.include-drafts')}>
        {t('Include')}
      </Button>
    </div>
  );
}
