import { useEffect } from 'react';
import { useStore } from 'zustand';
import { listen } from '../actions/keys';
import { languageStore, t } from '../i18n';
import { authStore } from '../net/http';
import { Button, Empty } from '../ui';
import { Tips } from '../ui/Tips';
import { Toasts } from '../ui/Toasts';
import { Boundary } from './Boundary';
import { bootStore, start } from './boot';
import { Dialogs } from './Dialogs';
import { Login } from './Login';
import { Workspace } from './Workspace';

export function App() {
  const asked = useStore(authStore, (s) => s.asked);
  const { state, error, away } = useStore(bootStore);
  const language = useStore(languageStore, (s) => s.language);
  const ready = state === 'ready';
  useEffect(() => listen(), []);
  return (
    <>
      {asked && <Login over={ready} />}
      {ready && (
        <Boundary what={t('The editor')}>
          <Workspace key={language} />
        </Boundary>
      )}
      {ready && <Dialogs />}
      {!ready && !asked && (
        <main className="center-page">
          {state === 'failed' ? (
            <Empty icon="wifi-off" title={<h1 className="title">{t('Flowrill cannot be reached')}</h1>}>
              <p className="hint">
                {error} {away && t('It is asked again every few seconds.')}
              </p>
              <Button kind="primary" onClick={() => start()}>
                {t('Try again')}
              </Button>
            </Empty>
          ) : (
            <p className="opening" role="status">
              {t('Opening your flows…')}
            </p>
          )}
        </main>
      )}
      <Tips />
      <Toasts />
    </>
  );
}
