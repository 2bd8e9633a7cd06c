import './styles/fonts.css';
import './styles/tokens.css';
import './ui/ui.css';
import './app/app.css';
import './app/header.css';
import './app/dialogs.css';
import './features/deploy/deploy.css';
import './features/palette/palette.css';
import './features/debug/debug.css';
import './features/simulator/simulator.css';
import './app/narrow.css';
import './styles/forced-colors.css';
import { CSPProvider } from '@base-ui/react/csp-provider';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import { registerActions } from './app/actions';
import { startAutosave } from './app/autosave';
import { boot, onReady } from './app/boot';
import { nonce } from './app/nonce';
import { startLanguage, startPrefs } from './app/prefs';
import { startSync } from './app/sync';
import { fetchShown } from './app/Workspace';
import { startChecks } from './features/deploy/deploy';
import { startClipboard } from './features/import-export/clipboard';
import { startFileDrop } from './features/import-export/file';
import { openQuickAdd } from './features/quick-add/open';
import { connection } from './live';
import { startFetching } from './ui/part';
import { asks } from './view/canvas-view';

startPrefs();
const shown = fetchShown();
registerActions();
startClipboard();
asks.quickAdd = openQuickAdd;
onReady(startAutosave);
onReady(startSync);
onReady(startChecks);
onReady(async () => void (await shown));
onReady(startFetching);
onReady(startFileDrop);
connection.subscribe((s) => s.online === 'online' && startFetching());

// Nothing is said before the language is known.
void startLanguage().then(() => {
  createRoot(document.getElementById('root')!).render(
    <StrictMode>
      <CSPProvider {...(nonce ? { nonce } : {})}>
        <App />
      </CSPProvider>
    </StrictMode>,
  );
  void boot();
});
