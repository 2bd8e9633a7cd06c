import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { closeDialog } from '../../app/dialogs';
import { deploying, pull } from '../../app/sync';
import { t } from '../../i18n';
import { dayAndTime } from '../../i18n/format';
import { connection } from '../../live';
import { decode } from '../../model/codec';
import { adopt, docStore, isDirty } from '../../model/doc-store';
import { deployLines, deploySentence, type Line } from '../../model/summary';
import * as api from '../../net/api';
import { ApiError } from '../../net/http';
import { Button, complain, Empty, toast } from '../../ui';
import { Dialog } from '../../ui/Dialog';

/** What was deployed before; any of it can be had back. */
export default function RevisionsDialog() {
  const [list, setList] = useState<api.Revision[] | null>(null);
  const [open, setOpen] = useState<number | null>(null);
  const [trouble, setTrouble] = useState('');
  const base = useStore(docStore, (s) => s.base);
  const online = useStore(connection, (s) => s.online);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a deploy makes a new one, and the server may be back
  useEffect(() => {
    api.revisions().then(
      (all) => {
        setTrouble('');
        setList(all);
      },
      (e) => setTrouble(e instanceof Error ? e.message : String(e)),
    );
  }, [base.rev, online]);
  return (
    <Dialog open onClose={closeDialog} title={t('Deployed revisions')} size="large">
      {list === null ? (
        trouble === '' ? (
          <p className="hint">{t('Reading…')}</p>
        ) : (
          <Empty icon="wifi-off" title={t('The revisions could not be read')}>
            <p className="hint">{trouble}</p>
          </Empty>
        )
      ) : list.length === 0 ? (
        <Empty title={t('Nothing was deployed yet.')} />
      ) : (
        <ol className="revisions" aria-label={t('Revisions')}>
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
                  {dayAndTime(r.time)}
                  {(r.author || r.note) && (
                    <span className="meta"> {[r.author, r.note].filter(Boolean).join(' · ')}</span>
                  )}
                </span>
                {r.rev === base.rev && (
                  <span className="chip" data-kind="ok">
                    {t('running')}
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
      (e) => complain(t('The revision could not be read'), e),
    );
  }, [revision.number, base]);
  const restore = async () => {
    setBusy(true);
    try {
      deploying.now = true;
      await api.restore(revision.number);
      await pull(t('Restore revision {{n}}', { n: String(revision.number) }), true);
      closeDialog();
      toast({ kind: 'ok', title: t('Revision {{n}} runs again', { n: String(revision.number) }) });
    } catch (e) {
      if (e instanceof ApiError && e.status === 0)
        toast({
          kind: 'error',
          title: t('No answer came: revision {{n}} may run or not', { n: String(revision.number) }),
          detail: t('When the server is back, “running” stands at the one that does.'),
        });
      else complain(t('The revision could not be restored'), e);
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
        t('Load revision {{n}}', { n: String(revision.number) }),
      );
      closeDialog();
      toast({
        title: t('Revision {{n}} is in the editor', { n: String(revision.number) }),
        detail: t('It runs when you deploy.'),
      });
    } catch (e) {
      complain(t('The revision could not be read'), e);
    }
  };
  return (
    <div className="revision-details">
      <p className="hint">
        {lines === null
          ? t('Reading…')
          : lines.length === 0
            ? t('The same as what runs now.')
            : t('Against what runs now: {{changes}}', { changes: deploySentence(lines, false) })}
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
          {t('Restore and deploy')}
        </Button>
        <Button size="small" onClick={load}>
          {t('Open in the editor')}
        </Button>
        {isDirty() && <span className="hint">{t('Your undeployed changes stay on top when you restore.')}</span>}
      </div>
    </div>
  );
}
