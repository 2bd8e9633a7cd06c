import { type FormEvent, useCallback, useEffect, useRef, useState } from 'react';
import { closeDialog } from '../../app/dialogs';
import { t } from '../../i18n';
import { dayAndTime, number } from '../../i18n/format';
import * as api from '../../net/api';
import { Button, complain, Empty, IconButton, toast } from '../../ui';
import { Dialog } from '../../ui/Dialog';
import { download } from '../../ui/download';
import css from './opt-outs.module.css';

/** Of more, the search finds them. */
const shownRows = 200;
const everyNumber = '*';

/** People who want no more texts: the list that the send nodes keep to, whatever a flow does. */
export default function OptOutsDialog() {
  const [list, setList] = useState<api.OptOut[] | null>(null);
  const [find, setFind] = useState('');
  const [peer, setPeer] = useState('');
  const [own, setOwn] = useState('');
  const first = useRef<HTMLInputElement>(null);
  const load = useCallback(() => {
    api.optOuts().then(setList, (e) => {
      setList([]);
      complain(t('The list could not be read'), e);
    });
  }, []);
  useEffect(load, [load]);
  const add = async (e: FormEvent) => {
    e.preventDefault();
    try {
      await api.addOptOut(own.trim() || everyNumber, peer.trim());
      setPeer('');
      load();
    } catch (e) {
      complain(t('{{name}} could not be added', { name: peer }), e);
    }
  };
  const remove = async (o: api.OptOut) => {
    try {
      await api.removeOptOut(o.own, o.peer);
      load();
      toast({
        title: t('{{name}} may be texted again', { name: o.peer }),
        action: { label: t('Undo'), run: () => void api.addOptOut(o.own, o.peer).then(load) },
      });
    } catch (e) {
      complain(t('{{name}} could not be removed', { name: o.peer }), e);
    }
  };
  const save = () =>
    api.optOutsCSV().then(
      (text) => download(text, 'opt-outs.csv', 'text/csv'),
      (e) => complain(t('The list could not be read'), e),
    );
  const digits = find.replace(/[^\p{L}\p{N}]/gu, '').toLowerCase();
  const found = (list ?? []).filter((o) => `${o.peer} ${o.own} ${o.by}`.toLowerCase().includes(digits));
  return (
    <Dialog
      open
      onClose={closeDialog}
      title={t('Opted-out people')}
      first={first}
      foot={
        <>
          <span className="hint start">
            {t(
              'They texted STOP, or you added them: no flow texts them. START lifts it, but not for all your numbers at once.',
            )}
          </span>
          <Button icon="download" disabled={!list?.length} onClick={save}>
            {t('Save as CSV')}
          </Button>
        </>
      }
    >
      <form className={css['add']} onSubmit={add}>
        <input
          ref={first}
          className="input"
          required
          aria-label={t('Number of the person')}
          placeholder={t('Number of the person')}
          value={peer}
          onChange={(e) => setPeer(e.target.value)}
        />
        <input
          className="input"
          aria-label={t('Your number')}
          placeholder={t('All your numbers')}
          value={own}
          onChange={(e) => setOwn(e.target.value)}
        />
        <Button type="submit">{t('Add')}</Button>
      </form>
      {list === null ? (
        <p className="hint">{t('Reading…')}</p>
      ) : list.length === 0 ? (
        <Empty title={t('Nobody has opted out.')} />
      ) : (
        <>
          {list.length > 10 && (
            <input
              className="input"
              type="search"
              aria-label={t('Search')}
              placeholder={t('Search')}
              value={find}
              onChange={(e) => setFind(e.target.value)}
            />
          )}
          <ul className={css['list']} aria-label={t('Opted-out people')}>
            {found.slice(0, shownRows).map((o) => (
              <li key={`${o.own} ${o.peer}`}>
                <span className={css['peer']}>{o.peer}</span>
                <span className="grow meta ellipsis">
                  {[
                    o.own === everyNumber ? t('All your numbers') : o.own,
                    o.by === 'list' ? t('Added by hand') : o.by,
                    o.at.startsWith('0001') ? '' : dayAndTime(o.at),
                  ]
                    .filter(Boolean)
                    .join(' · ')}
                </span>
                <IconButton
                  icon="trash-2"
                  size="small"
                  label={t('Let {{name}} be texted again', { name: o.peer })}
                  onClick={() => void remove(o)}
                />
              </li>
            ))}
          </ul>
          {found.length > shownRows && (
            <p className="hint">{t('{{n}} more: search for them.', { n: number(found.length - shownRows) })}</p>
          )}
        </>
      )}
    </Dialog>
  );
}
