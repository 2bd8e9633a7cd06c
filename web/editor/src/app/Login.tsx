import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { t } from '../i18n';
import { tx } from '../i18n/rich';
import { authStore, tryToken } from '../net/http';
import { socket } from '../net/live';
import { Button } from '../ui';
import { start } from './boot';

/** Asks for the access token; over the editor if it was open, so that nothing is lost. */
export function Login({ over }: { over: boolean }) {
  const refused = useStore(authStore, (s) => s.refused);
  const [token, setToken] = useState('');
  const [stay, setStay] = useState(false);
  const [trouble, setTrouble] = useState('');
  const [busy, setBusy] = useState(false);
  const before = useRef(document.activeElement);
  const id = useId();
  useEffect(() => {
    const back = before.current;
    return () => {
      if (back instanceof HTMLElement) back.focus();
    };
  }, []);
  const onSubmit = async (e: FormEvent) => {
    e.preventDefault();
    if (busy) return;
    setBusy(true);
    setTrouble('');
    // People paste the whole address that Flowrill printed.
    try {
      if (await tryToken(token.trim().replace(/^.*#token=/, ''), stay)) {
        if (over) socket.start();
        else void start();
      }
    } catch (err) {
      setTrouble(err instanceof Error ? err.message : String(err));
    } finally {
      setBusy(false);
    }
  };
  return (
    <main className={over ? 'center-page login-over' : 'center-page'}>
      <form className="login" onSubmit={(e) => void onSubmit(e)} aria-labelledby={`${id}-title`}>
        <img src="./icon.svg" alt="" width={40} height={40} />
        <h1 id={`${id}-title`} className="title">
          {over ? t('Your session has ended') : t('Open Flowrill')}
        </h1>
        <p className="hint">
          {over && `${t('Your changes are kept.')} `}
          {tx('Flowrill prints an address with the token when it starts: paste that, or the part after {{mark}}.', {
            mark: <code>#token=</code>,
          })}
        </p>
        <div className="field">
          <label htmlFor={id}>{t('Access token')}</label>
          <input
            id={id}
            className="input"
            type="password"
            autoComplete="off"
            spellCheck={false}
            required
            // biome-ignore lint/a11y/noAutofocus: there is nothing else to do here
            autoFocus
            value={token}
            aria-invalid={refused}
            aria-describedby={refused || trouble ? `${id}-error` : undefined}
            onChange={(e) => setToken(e.target.value)}
          />
          {(refused || trouble) && (
            <p id={`${id}-error`} className="error-text" role="alert">
              {trouble || t('That token is not accepted.')}
            </p>
          )}
        </div>
        <label className="row">
          <input type="checkbox" checked={stay} onChange={(e) => setStay(e.target.checked)} />{' '}
          {t('Stay signed in on this computer')}
        </label>
        <Button type="submit" kind="primary">
          {t('Open')}
        </Button>
      </form>
    </main>
  );
}
