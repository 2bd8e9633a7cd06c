import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { cancel } from '../features/deploy/later';
import { deployStore } from '../features/deploy/state';
import { t } from '../i18n';
import { connection } from '../live';
import { authStore } from '../net/http';
import { socket } from '../net/live';
import { Button, Icon } from '../ui';

const patience = 700; // ms: shorter breaks need no telling

/** A thin bar while the server cannot be heard, or a deploy waits for it. Editing goes on. */
export function OfflineBar() {
  const { online, retryAt } = useStore(connection);
  const asked = useStore(authStore, (s) => s.asked);
  const waiting = useStore(deployStore, (s) => s.waiting);
  const [late, setLate] = useState(false);
  const [now, setNow] = useState(Date.now);
  const off = online === 'offline' && !asked;
  useEffect(() => {
    if (!off) {
      setLate(false);
      return;
    }
    const shown = setTimeout(() => setLate(true), patience);
    const tick = setInterval(() => setNow(Date.now()), 500);
    return () => {
      clearTimeout(shown);
      clearInterval(tick);
    };
  }, [off]);
  const seconds = Math.max(0, Math.ceil((retryAt - now) / 1000));
  return (
    <div role="status" aria-live="polite">
      {((off && late) || waiting) && (
        <div className="offline" data-waiting={waiting || undefined}>
          <Icon name={off ? 'wifi-off' : 'hourglass'} size={14} />
          {off && (
            <span className="offline-word">
              {t('Offline')}
              {seconds > 0 && <span aria-hidden="true"> · {seconds} s</span>}
            </span>
          )}
          {waiting ? (
            <>
              <span className="grow">{t('Deploys when the server is back')}</span>
              <Button size="small" onClick={cancel} aria-label={t('Cancel the deploy')}>
                {t('Cancel')}
              </Button>
            </>
          ) : (
            <span className="hint">{t('You can go on editing: changes are kept and deployed when you say so.')}</span>
          )}
          {off && (
            <Button size="small" onClick={socket.now}>
              {t('Retry')}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}
