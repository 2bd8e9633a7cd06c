import { useStore } from 'zustand';
import { run } from '../actions/registry';
import { DeployButton } from '../features/deploy/DeployButton';
import { setRunning } from '../features/deploy/deploy';
import { t } from '../i18n';
import { type Peer, presence, runtime } from '../live';
import { objectOf } from '../model/codec';
import { docStore } from '../model/doc-store';
import { wordsFor } from '../model/summary';
import type { FlowDoc } from '../model/types';
import { Button, Icon, IconButton, Kbd, Menu } from '../ui';
import { savingStore } from './autosave';
import { setPanels, useSession } from './session';
import { conflictStore } from './sync';

export function Header() {
  const undo = useStore(docStore, (s) => s.undo.at(-1)?.label);
  const redo = useStore(docStore, (s) => s.redo.at(-1)?.label);
  const simulator = useSession((s) => s.panels.simulator);
  return (
    <header className="header">
      <div className="brand">
        <img src="./icon.svg" alt="" width={22} height={22} />
        <h1>Flowrill</h1>
      </div>
      <div className="row header-undo">
        <IconButton
          icon="undo-2"
          label={undo ? t('Undo: {{step}}', { step: undo }) : t('Undo')}
          action="edit.undo"
          disabled={undo === undefined}
          onClick={() => run('edit.undo')}
        />
        <IconButton
          icon="redo-2"
          label={redo ? t('Redo: {{step}}', { step: redo }) : t('Redo')}
          action="edit.redo"
          disabled={redo === undefined}
          onClick={() => run('edit.redo')}
        />
      </div>
      <button type="button" className="goto" onClick={() => run('view.commands')} aria-keyshortcuts="Control+K">
        <Icon name="search" size={14} />
        <span className="grow">{t('Find a node, flow or command')}</span>
        <Kbd chord="Mod+K" />
      </button>
      <span className="grow" />
      <Chips />
      <Peers />
      <Button
        kind="quiet"
        icon="smartphone"
        className="header-phone"
        aria-pressed={simulator}
        aria-keyshortcuts="Control+Alt+S"
        onClick={() => run('view.simulator')}
      >
        <span>{t('Simulator')}</span>
      </Button>
      <DeployButton />
      <Menu
        align="end"
        trigger={<IconButton icon="menu" label={t('Main menu')} />}
        items={() => [
          'flow.import',
          'flow.export',
          '-',
          'edit.search',
          'view.revisions',
          'view.opt-outs',
          '-',
          'view.left',
          'view.bottom',
          'view.simulator',
          '-',
          'view.settings',
          'help.keys',
          'help.node',
        ]}
      />
    </header>
  );
}

/** What needs a decision: each chip opens the panel where it is made. */
function Chips() {
  const problems = useSession((s) => s.problems);
  const errors = Object.values(problems)
    .flat()
    .filter((p) => p.severity === 'error').length;
  const kept = useStore(savingStore, (s) => s.works);
  const conflicts = useStore(conflictStore, (s) => s.conflicts.length);
  const state = useStore(runtime, (s) => s.state);
  return (
    <>
      {state !== 'start' && (
        <button
          type="button"
          className="chip"
          data-kind="warning"
          onClick={() => setRunning(true)}
          title={t('Start the flows')}
        >
          <Icon name="circle-stop" size={12} />
          <span>{t('Stopped')}</span>
        </button>
      )}
      {!kept && (
        <span
          className="chip"
          data-kind="warning"
          title={t('This browser’s storage is full or switched off: deploy before you leave the page')}
        >
          <Icon name="triangle-alert" size={12} /> {t('Changes are not kept')}
        </span>
      )}
      {conflicts > 0 && (
        <button
          type="button"
          className="chip"
          data-kind="warning"
          onClick={() => conflictStore.setState({ open: true })}
        >
          <Icon name="git-merge" size={12} />
          <span>{t('{{count}} conflicts', { count: conflicts })}</span>
          <i aria-hidden="true">{conflicts}</i>
        </button>
      )}
      {errors > 0 && (
        <button
          type="button"
          className="chip"
          data-kind="error"
          onClick={() => setPanels({ bottom: true, bottomTab: 'problems', small: 'debug' })}
        >
          <Icon name="triangle-alert" size={12} />
          <span>{t('{{count}} errors', { count: errors })}</span>
          <i aria-hidden="true">{errors}</i>
        </button>
      )}
    </>
  );
}

function peerWords({ name, editing }: Peer, doc: FlowDoc): string {
  const who = name || t('Someone');
  const r = editing ? objectOf(doc, editing) : undefined;
  return r
    ? t('{{name}} edits {{node}}', { name: who, node: wordsFor(r, doc).label })
    : t('{{name}} has this editor open', { name: who });
}

/** Who else is here. */
function Peers() {
  const peers = useStore(presence, (s) => s.peers);
  const doc = useStore(docStore, (s) => s.doc);
  if (peers.length === 0) return null;
  return (
    <ul className="peers" aria-label={t('Also here')}>
      {peers.slice(0, 4).map((p) => (
        <li key={p.id} title={peerWords(p, doc)}>
          {p.name ? p.name.slice(0, 1).toUpperCase() : <Icon name="user" size={14} />}
        </li>
      ))}
      {peers.length > 4 && <li>+{peers.length - 4}</li>}
    </ul>
  );
}
