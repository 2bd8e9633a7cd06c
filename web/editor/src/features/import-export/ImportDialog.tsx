import { useEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { closeDialog, dialogStore } from '../../app/dialogs';
import { openTab, select, useSession } from '../../app/session';
import { t } from '../../i18n';
import { emptyDoc, readFlows } from '../../model/codec';
import { commit, docStore } from '../../model/doc-store';
import { newId } from '../../model/ids';
import { type Incoming, paste, preview } from '../../model/ops/copy';
import { addTab, blankTab, removeTab } from '../../model/ops/tabs';
import type { Id, Rec } from '../../model/types';
import { Button, Icon, Segmented } from '../../ui';
import { Dialog } from '../../ui/Dialog';
import { undoable } from '../../ui/undoable';
import { current } from '../../view/canvas-view';
import { fileStore, takeFile } from './file';

type Into = 'here' | 'new';
type Taken = 'copy' | 'replace';

/** Where in a text JSON.parse stumbled, in words. */
function complaint(e: unknown, text: string): string {
  if (!(e instanceof SyntaxError)) return e instanceof Error ? e.message : String(e);
  const at = /position (\d+)/.exec(e.message)?.[1];
  if (at === undefined)
    return /\bend of\b/.test(e.message)
      ? t('This is not JSON: it ends in the middle. Some of it is missing.')
      : t('This is not JSON.');
  const before = text.slice(0, Number(at)).split('\n');
  return t('This is not JSON: something is wrong in line {{line}}, column {{column}}.', {
    line: before.length,
    column: (before.at(-1)?.length ?? 0) + 1,
  });
}

function parse(text: string): { flows: Rec[]; error: string } {
  if (text.trim() === '') return { flows: [], error: '' };
  try {
    const { flows } = readFlows(JSON.parse(text.replace(/^\ufeff/, '')));
    return { flows, error: flows.length === 0 ? t('There are no nodes in it.') : '' };
  } catch (e) {
    return { flows: [], error: complaint(e, text) };
  }
}

/** What would come in, and the empty tab of a new workspace that whole flows come in the place of. */
function look(flows: Rec[]): { inc: Incoming | null; instead?: Id } {
  const { doc } = docStore.getState();
  if (flows.length === 0) return { inc: null };
  const inc = preview(doc, flows);
  const instead = inc.tabs.length > 0 && !inc.loose ? blankTab(doc) : undefined;
  return instead === undefined ? { inc } : { inc: preview(emptyDoc(), flows), instead };
}

export default function ImportDialog() {
  const given = useStore(dialogStore, (s) => s.text);
  const [text, setText] = useState(given);
  const [into, setInto] = useState<Into>('here');
  const [taken, setTaken] = useState<Taken>('copy');
  const area = useRef<HTMLTextAreaElement>(null);
  const file = useRef<HTMLInputElement>(null);
  const parsed = useMemo(() => parse(text), [text]);
  const unread = useStore(fileStore, (s) => s.error);
  const { flows } = parsed;
  const error = unread || parsed.error;
  const { inc, instead } = useMemo(() => look(flows), [flows]);
  const write = (s: string) => {
    setText(s);
    fileStore.setState({ error: '' });
  };
  useEffect(() => {
    fileStore.setState({ error: '' });
    // A file that is dropped on the open dialog.
    return dialogStore.subscribe((s) => s.open === 'import' && setText(s.text));
  }, []);
  const loose = inc?.loose === true && inc.tabs.length === 0;
  const go = () => {
    let made = { nodes: [] as string[], groups: [] as string[], tabs: [] as string[] };
    let z = useSession.getState().tab;
    commit(t('Import {{count}} objects', { count: flows.length }), (d) => {
      if (instead !== undefined) removeTab(d, instead);
      if ((into === 'new' && loose) || z === '') z = addTab(d, t('Imported'));
      made = paste(d, flows, {
        z: z || newId(),
        replace: taken === 'replace',
        at: current.view?.toFlow?.() ?? { x: 300, y: 200 },
      });
    });
    closeDialog();
    openTab(made.tabs[0] ?? z);
    select({ nodes: new Set(made.nodes), groups: new Set(made.groups) });
    requestAnimationFrame(() => current.view?.fit(made.nodes.length > 0));
    undoable(t('Imported {{count}} objects', { count: flows.length }), 'ok');
  };
  return (
    <Dialog
      open
      onClose={closeDialog}
      title={t('Import')}
      size="large"
      first={area}
      foot={
        <>
          <Button className="start" icon="folder-open" onClick={() => file.current?.click()}>
            {t('Choose a file')}
          </Button>
          <input
            ref={file}
            type="file"
            accept=".json,application/json"
            hidden
            onChange={(e) => {
              const [f] = e.target.files ?? [];
              if (f) void takeFile(f);
              e.target.value = ''; // the same again is a choice, too
            }}
          />
          <Button onClick={closeDialog}>{t('Cancel')}</Button>
          <Button kind="primary" disabled={flows.length === 0} onClick={go}>
            {t('Import')}
          </Button>
        </>
      }
    >
      <div className="field">
        <label htmlFor="import-text">{t('Flow as JSON: paste it, or drop a file here')}</label>
        <textarea
          ref={area}
          id="import-text"
          className="input mono"
          rows={8}
          spellCheck={false}
          aria-invalid={error !== ''}
          aria-describedby={error ? 'import-error' : undefined}
          value={text}
          onChange={(e) => write(e.target.value)}
        />
        {error !== '' && (
          <p id="import-error" className="error-text" role="alert">
            {error}
          </p>
        )}
      </div>
      {inc && <Preview inc={inc} />}
      {loose && (
        <div className="row">
          <span className="label">{t('Into')}</span>
          <Segmented
            label={t('Into')}
            value={into}
            onChange={setInto}
            options={[
              { value: 'here', label: t('This flow') },
              { value: 'new', label: t('A new flow') },
            ]}
          />
        </div>
      )}
      {inc && inc.taken.size > 0 && (
        <div className="row">
          <span className="label">{t('What is here already')}</span>
          <Segmented
            label={t('What is here already')}
            value={taken}
            onChange={setTaken}
            options={[
              { value: 'copy', label: t('Keep, import copies') },
              { value: 'replace', label: t('Replace') },
            ]}
          />
        </div>
      )}
    </Dialog>
  );
}

function Preview({ inc }: { inc: Incoming }) {
  const parts = [
    inc.tabs.length > 0 && t('{{count}} flows', { count: inc.tabs.length }),
    inc.subflows.length > 0 && t('{{count}} subflows', { count: inc.subflows.length }),
    inc.nodes.length > 0 && t('{{count}} nodes', { count: inc.nodes.length }),
    inc.groups.length > 0 && t('{{count}} groups', { count: inc.groups.length }),
    inc.configs.length > 0 && t('{{count}} accounts and settings', { count: inc.configs.length }),
  ].filter(Boolean);
  return (
    <section className="import-preview" aria-label={t('What it holds')} aria-live="polite">
      <p>
        <Icon name="file-json" /> <strong>{parts.join(', ')}</strong>
      </p>
      {inc.missing.size > 0 && (
        <Note
          kind="warning"
          title={t('{{count}} nodes of types that are not installed here', {
            count: [...inc.missing.values()].reduce((a, b) => a + b, 0),
          })}
        >
          {t('They are kept as they are and shown hatched, but do not run:')}{' '}
          {[...inc.missing].map(([type, n]) => (
            <code key={type}>
              {type}
              {n > 1 ? ` ×${n}` : ''}{' '}
            </code>
          ))}
        </Note>
      )}
      {inc.dangling.length > 0 && (
        <Note
          kind="warning"
          title={t('{{count}} references to accounts or settings that are missing', { count: inc.dangling.length })}
        >
          <ByNode list={inc.dangling} />
        </Note>
      )}
      {inc.secrets.length > 0 && (
        <Note kind="info" title={t('{{count}} secrets to fill in', { count: inc.secrets.length })}>
          <ByNode list={inc.secrets} />
        </Note>
      )}
      {inc.taken.size > 0 && (
        <Note
          kind="info"
          title={t('{{count}} objects with the same id, but other content, are here already', {
            count: inc.taken.size,
          })}
        />
      )}
      {inc.same.size > 0 && (
        <Note kind="info" title={t('{{count}} objects are here already, exactly so', { count: inc.same.size })} />
      )}
    </section>
  );
}

const most = 8; // nodes listed

/** Properties, a line for each node that has them. */
function ByNode({ list }: { list: { node: string; property: string; placeholder?: string }[] }) {
  const nodes = [...Map.groupBy(list, (d) => d.node)];
  return (
    <ul>
      {nodes.slice(0, most).map(([node, all]) => (
        <li key={node}>
          {node}:{' '}
          {all.map((d, i) => (
            <span key={i}>
              {i > 0 && ', '}
              {d.property}
              {d.placeholder && <code> {d.placeholder}</code>}
            </span>
          ))}
        </li>
      ))}
      {nodes.length > most && <li>{t('and {{count}} more', { count: nodes.length - most })}</li>}
    </ul>
  );
}

function Note({ kind, title, children }: { kind: 'warning' | 'info'; title: string; children?: React.ReactNode }) {
  return (
    <div className="import-note" data-kind={kind}>
      <Icon name={kind === 'warning' ? 'triangle-alert' : 'info'} size={14} />
      <div>
        {title}
        {children && <div className="hint">{children}</div>}
      </div>
    </div>
  );
}
