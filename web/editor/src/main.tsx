import './styles/fonts.css';
import './styles/tokens.css';
import './ui/ui.css';
import './app/app.css';
import { CSPProvider } from '@base-ui/react/csp-provider';
import { Tooltip } from '@base-ui/react/tooltip';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import { registerActions } from './app/actions';
import { startAutosave } from './app/autosave';
import { boot, onReady } from './app/boot';
import { nonce } from './app/nonce';
import { startPrefs } from './app/prefs';
import { startSync } from './app/sync';
import { startChecks } from './features/deploy/deploy';
import { startClipboard } from './features/import-export/clipboard';

startPrefs();
registerActions();
startClipboard();
onReady(startAutosave);
onReady(startSync);
onReady(startChecks);

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <CSPProvider {...(nonce ? { nonce } : {})}>
      <Tooltip.Provider delay={500} closeDelay={0}>
        <App />
      </Tooltip.Provider>
    </CSPProvider>
  </StrictMode>,
);
void boot();
