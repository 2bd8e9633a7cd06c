import { useStore } from 'zustand';
import { reveal } from '../../app/reveal';
import { conflictStore, settle } from '../../app/sync';
import { t } from '../../i18n';
import { encodeObject } from '../../model/codec';
import { docStore } from '../../model/doc-store';
import { equal } from '../../model/equal';
import type { Conflict } from '../../model/merge3';
import { propWord, wordsFor } from '../../model/summary';
import { Button } from '../../ui';
import { Dialog } from '../../ui/Dialog';

/** Nodes that were changed here and by somebody else: one choice for each. */
export default function ConflictsDialog() {
  const conflicts = useStore(conflictStore, (s) => s.conflicts);
  const close = () => conflictStore.setState({ open: false });
  const all = (keep: 'mine' | 'theirs') => {
    for (const c of conflicts) settle(c.id, keep);
  };
  return (
    <Dialog
      open
      onClose={close}
      title={t('{{count}} conflicts', { count: conflicts.length })}
      size="large"
      foot={
        conflicts.length > 1 && (
          <>
            <Button onClick={() => all('theirs')}>{t('Take all of theirs')}</Button>
            <Button onClick={() => all('mine')}>{t('Keep all of mine')}</Button>
          </>
        )
      }
    >
      <p className="hint">
        {t(
          'Somebody deployed other versions of these while you changed them. Nothing is overwritten until you choose and deploy.',
        )}
      </p>
      <ul className="conflicts">
        {conflicts.map((c) => (
          <One key={c.id} conflict={c} />
        ))}
      </ul>
    </Dialog>
  );
}

const short = (v: unknown): string => {
  const s = v === undefined ? 'none' : typeof v === 'string' ? v : JSON.stringify(v);
  return s.length > 120 ? `${s.slice(0, 120)}…` : s;
};

function One({ conflict: c }: { conflict: Conflict }) {
  const doc = useStore(docStore, (s) => s.doc);
  const known = c.mine ?? c.theirs ?? c.base;
  if (!known) return null;
  const { label, type } = wordsFor(known, doc);
  const mine = c.mine ? encodeObject(c.mine) : undefined;
  const theirs = c.theirs ? encodeObject(c.theirs) : undefined;
  const keys =
    mine && theirs
      ? [...new Set([...Object.keys(mine), ...Object.keys(theirs)])].filter((k) => !equal(mine[k], theirs[k]))
      : [];
  return (
    <li>
      <div className="row">
        <button
          type="button"
          className="link"
          onClick={() => {
            conflictStore.setState({ open: false });
            reveal(c.id);
          }}
        >
          {label}
        </button>
        <span className="meta grow">{type}</span>
        <Button size="small" onClick={() => settle(c.id, 'theirs')}>
          {theirs ? t('Take theirs') : t('Delete it too')}
        </Button>
        <Button size="small" onClick={() => settle(c.id, 'mine')}>
          {mine ? t('Keep mine') : t('Delete it')}
        </Button>
      </div>
      {!mine && <p className="hint">{t('You deleted it, they changed it.')}</p>}
      {!theirs && <p className="hint">{t('They deleted it, you changed it.')}</p>}
      {keys.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">{t('Property')}</th>
              <th scope="col">{t('Mine')}</th>
              <th scope="col">{t('Theirs')}</th>
            </tr>
          </thead>
          <tbody>
            {keys.map((k) => (
              <tr key={k}>
                <th scope="row">{propWord(known, k)}</th>
                <td>{short(mine?.[k])}</td>
                <td>{short(theirs?.[k])}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </li>
  );
}
