import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { closeDialog } from '../../app/dialogs';
import { deploying, pull } from '../../app/sync';
import { decode } from '../../model/codec';
import { adopt, docStore, isDirty } from '../../model/doc-store';
import * as api from '../../net/api';
import { Button, complain, Dialog, Empty, toast } from '../../ui';
import { deployLines, deploySentence, type Line } from '../deploy/summary';

const when = (t: string) => new Date(t).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });

/** What was deployed before; any of it can be had back. */
export default function RevisionsDialog() {
  const [list, setList] = useState<api.Revision[] | null>(null);
  const [open, setOpen] = useState<number | null>(null);
  const base = useStore(docStore, (s) => s.base);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a deploy makes a new one
  useEffect(() => {
    api.revisions().then(setList, (e) => {
      setList([]);
      complain('The revisions could not be read', e);
    });
  }, [base.rev]);
  return (
    <Dialog open onClose={closeDialog} title="Deployed revisions" size="large">
      {list === null ? (
        <p className="hint">Reading…</p>
      ) : list.length === 0 ? (
        <Empty title="Nothing was deployed yet." />
      ) : (
        <ol className="revisions" aria-label="Revisions">
          {list.map((r) => (
            <li key={r.number}>
              <button
                type="button"
                className="revision"
                aria-expanded={open === r.number}
                onClick={() => setOpen(open === r.number ? null : r.number)}
              >
                <span className="revision-n">{r.number}</span>
                <span className="grow">
                  {when(r.time)}
                  {(r.author || r.note) && (
                    <span className="meta"> {[r.author, r.note].filter(Boolean).join(' · ')}</span>
                  )}
                </span>
                {r.rev === base.rev && (
                  <span className="chip" data-kind="ok">
                    running
                  </span>
                )}
              </button>
              {open === r.number && <Details revision={r} />}
            </li>
          ))}
        </ol>
      )}
    </Dialog>
  );
}

function Details({ revision }: { revision: api.Revision }) {
  const base = useStore(docStore, (s) => s.base);
  const [lines, setLines] = useState<Line[] | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    api.revision(revision.number).then(
      (r) => setLines(deployLines(base, decode(r.flows))),
      (e) => complain('The revision could not be read', e),
    );
  }, [revision.number, base]);
  const restore = async () => {
    setBusy(true);
    try {
      deploying.now = true;
      await api.restore(revision.number);
      await pull(`Restore revision ${revision.number}`, true);
      closeDialog();
      toast({ kind: 'ok', title: `Revision ${revision.number} runs again` });
    } catch (e) {
      complain('The revision could not be restored', e);
    } finally {
      deploying.now = false;
      setBusy(false);
    }
  };
  const load = async () => {
    try {
      const r = await api.revision(revision.number);
      adopt(
        docStore.getState().base,
        decode(r.flows, docStore.getState().base.rev),
        `Load revision ${revision.number}`,
      );
      closeDialog();
      toast({ title: `Revision ${revision.number} is in the editor`, detail: 'It runs when you deploy.' });
    } catch (e) {
      complain('The revision could not be read', e);
    }
  };
  return (
    <div className="revision-details">
      <p className="hint">
        {lines === null
          ? 'Reading…'
          : lines.length === 0
            ? 'The same as what runs now.'
            : `Against what runs now: ${deploySentence(lines, false)}`}
      </p>
      {lines && lines.length > 0 && (
        <ul className="deploy-lines">
          {lines.slice(0, 40).map((l) => (
            <li key={l.id} data-what={l.what}>
              <span aria-hidden="true">{{ added: '+', changed: '•', removed: '−' }[l.what]}</span>
              <span className="ellipsis">{l.label}</span>
              <span className="meta ellipsis">{l.detail || l.type}</span>
            </li>
          ))}
        </ul>
      )}
      <div className="row">
        <Button size="small" kind="primary" disabled={busy || lines?.length === 0} onClick={restore}>
          Restore and deploy
        </Button>
        <Button size="small" onClick={load}>
          Open in the editor
        </Button>
        {isDirty() && <span className="hint">Your undeployed changes stay on top when you restore.</span>}
      </div>
    </div>
  );
}
