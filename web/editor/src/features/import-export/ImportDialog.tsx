import { type DragEvent, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { closeDialog, dialogStore } from '../../app/dialogs';
import { openTab, select, useSession } from '../../app/session';
import { readFlows } from '../../model/codec';
import { commit, docStore, undo } from '../../model/doc-store';
import { newId } from '../../model/ids';
import { type Incoming, paste, preview } from '../../model/ops/copy';
import { addTab } from '../../model/ops/tabs';
import type { Rec } from '../../model/types';
import { Button, Dialog, Icon, Segmented, toast } from '../../ui';
import { current } from '../../view/canvas-view';

type Into = 'here' | 'new';
type Taken = 'copy' | 'replace';

/** Where in a text JSON.parse stumbled, in words. */
function complaint(e: unknown, text: string): string {
  const m = e instanceof Error ? e.message : String(e);
  const at = Number(/position (\d+)/.exec(m)?.[1] ?? Number.NaN);
  if (Number.isNaN(at)) return m;
  const before = text.slice(0, at).split('\n');
  return `This is not JSON: something is wrong in line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}.`;
}

function parse(text: string): { flows: Rec[]; error: string } {
  if (text.trim() === '') return { flows: [], error: '' };
  try {
    return { flows: readFlows(JSON.parse(text.replace(/^\ufeff/, ''))).flows, error: '' };
  } catch (e) {
    return { flows: [], error: complaint(e, text) };
  }
}

export default function ImportDialog() {
  const given = useStore(dialogStore, (s) => s.text);
  const [text, setText] = useState(given);
  const [into, setInto] = useState<Into>('here');
  const [taken, setTaken] = useState<Taken>('copy');
  const [over, setOver] = useState(false);
  const area = useRef<HTMLTextAreaElement>(null);
  const file = useRef<HTMLInputElement>(null);
  const { flows, error } = useMemo(() => parse(text), [text]);
  const inc = useMemo(() => (flows.length > 0 ? preview(docStore.getState().doc, flows) : null), [flows]);
  const read = async (f: File | undefined) => {
    if (f) setText(await f.text());
  };
  const onDrop = (e: DragEvent) => {
    e.preventDefault();
    setOver(false);
    void read(e.dataTransfer.files[0]);
  };
  const loose = inc !== null && (inc.nodes.length > 0 || inc.groups.length > 0) && inc.tabs.length === 0;
  const go = () => {
    let made = { nodes: [] as string[], groups: [] as string[], tabs: [] as string[] };
    let z = useSession.getState().tab;
    commit(`Import ${flows.length} ${flows.length === 1 ? 'object' : 'objects'}`, (d) => {
      if ((into === 'new' && loose) || z === '') z = addTab(d, 'Imported');
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
    toast({
      kind: 'ok',
      title: `Imported ${flows.length} ${flows.length === 1 ? 'object' : 'objects'}`,
      action: { label: 'Undo', run: undo },
    });
  };
  return (
    <Dialog
      open
      onClose={closeDialog}
      title="Import"
      size="large"
      first={area}
      foot={
        <>
          <Button className="start" icon="folder-open" onClick={() => file.current?.click()}>
            Choose a file
          </Button>
          <input
            ref={file}
            type="file"
            accept=".json,application/json"
            hidden
            onChange={(e) => void read(e.target.files?.[0])}
          />
          <Button onClick={closeDialog}>Cancel</Button>
          <Button kind="primary" disabled={flows.length === 0} onClick={go}>
            Import
          </Button>
        </>
      }
    >
      <div className="field">
        <label htmlFor="import-text">Flow as JSON: paste it, or drop a file here</label>
        <textarea
          ref={area}
          id="import-text"
          className="input mono"
          rows={8}
          spellCheck={false}
          data-over={over || undefined}
          aria-invalid={error !== ''}
          aria-describedby={error ? 'import-error' : undefined}
          value={text}
          onChange={(e) => setText(e.target.value)}
          onDragOver={(e) => {
            e.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={onDrop}
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
          <span className="label">Into</span>
          <Segmented
            label="Into"
            value={into}
            onChange={setInto}
            options={[
              { value: 'here', label: 'This flow' },
              { value: 'new', label: 'A new flow' },
            ]}
          />
        </div>
      )}
      {inc && inc.taken.size > 0 && (
        <div className="row">
          <span className="label">What is here already</span>
          <Segmented
            label="What is here already"
            value={taken}
            onChange={setTaken}
            options={[
              { value: 'copy', label: 'Keep, import copies' },
              { value: 'replace', label: 'Replace' },
            ]}
          />
        </div>
      )}
    </Dialog>
  );
}

const many = (n: number, one: string) => `${n} ${n === 1 ? one : `${one}s`}`;

function Preview({ inc }: { inc: Incoming }) {
  const parts = [
    inc.tabs.length > 0 && many(inc.tabs.length, 'flow'),
    inc.subflows.length > 0 && many(inc.subflows.length, 'subflow'),
    inc.nodes.length > 0 && many(inc.nodes.length, 'node'),
    inc.groups.length > 0 && many(inc.groups.length, 'group'),
    inc.configs.length > 0 &&
      many(inc.configs.length, 'account or setting').replace('account or settings', 'accounts and settings'),
  ].filter(Boolean);
  return (
    <section className="import-preview" aria-label="What it holds" aria-live="polite">
      <p>
        <Icon name="file-json" /> <strong>{parts.join(', ')}</strong>
      </p>
      {inc.missing.size > 0 && (
        <Note
          kind="warning"
          title={`${many(
            [...inc.missing.values()].reduce((a, b) => a + b, 0),
            'node',
          )} of types that are not installed here`}
        >
          They are kept as they are and shown hatched, but do not run:{' '}
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
          title={`${many(inc.dangling.length, 'reference')} to accounts or settings that are missing`}
        >
          {inc.dangling.slice(0, 8).map((d, i) => (
            <span key={i}>
              {d.node}: {d.property}
              {i < inc.dangling.length - 1 ? ', ' : ''}
            </span>
          ))}
        </Note>
      )}
      {inc.secrets.length > 0 && (
        <Note kind="info" title={`${many(inc.secrets.length, 'secret')} to fill in`}>
          {inc.secrets.slice(0, 8).map((d, i) => (
            <span key={i}>
              {d.node}: {d.property}
              {d.placeholder && <code> {d.placeholder}</code>}
              {i < inc.secrets.length - 1 ? ', ' : ''}
            </span>
          ))}
        </Note>
      )}
      {inc.taken.size > 0 && (
        <Note
          kind="info"
          title={`${many(inc.taken.size, 'object')} with the same id, but other content, are here already`}
        />
      )}
      {inc.same.size > 0 && (
        <Note kind="info" title={`${many(inc.same.size, 'object')} are here already, exactly so`} />
      )}
    </section>
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
