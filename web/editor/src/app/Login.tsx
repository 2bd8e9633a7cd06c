import { type FormEvent, useId, useState } from 'react';
import { useStore } from 'zustand';
import { t } from '../i18n';
import { tx } from '../i18n/rich';
import { authStore, keepToken } from '../net/http';
import { socket } from '../net/live';
import { Button } from '../ui';
import { start } from './boot';

/** Asks for the access token; over the editor if it was open, so that nothing is lost. */
export function Login({ over }: { over: boolean }) {
  const refused = useStore(authStore, (s) => s.refused);
  const [token, setToken] = useState('');
  const [stay, setStay] = useState(false);
  const id = useId();
  const onSubmit = (e: FormEvent) => {
    e.preventDefault();
    // People paste the whole address that Flowrill printed.
    keepToken(token.trim().replace(/^.*#token=/, ''), stay);
    if (over) socket.start();
    else void start();
  };
  return (
    <main className={over ? 'center-page login-over' : 'center-page'}>
      <form className="login" onSubmit={onSubmit} aria-labelledby={`${id}-title`}>
        <img src="./icon.svg" alt="" width={40} height={40} />
        <h1 id={`${id}-title`} className="title">
          {over ? t('Your session has ended') : t('Open Flowrill')}
        </h1>
        <p className="hint">
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
            aria-describedby={refused ? `${id}-error` : undefined}
            onChange={(e) => setToken(e.target.value)}
          />
          {refused && (
            <p id={`${id}-error`} className="error-text" role="alert">
              {t('That token is not accepted.')}
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
