import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { bootStore } from '../../app/boot';
import { closeDialog, openDialog } from '../../app/dialogs';
import { prefs, setPref } from '../../app/prefs';
import { authStore, dropToken } from '../../net/http';
import { Button, Dialog, Segmented, SwitchRow } from '../../ui';

export default function SettingsDialog() {
  const p = useStore(prefs);
  const settings = useStore(bootStore, (s) => s.settings);
  const token = useStore(authStore, (s) => s.token);
  return (
    <Dialog
      open
      onClose={closeDialog}
      title="Settings"
      foot={
        <>
          <span className="hint start">Flowrill {settings?.flowrill?.version}</span>
          {token !== '' && (
            <Button
              icon="log-out"
              onClick={() => {
                closeDialog();
                dropToken(false);
              }}
            >
              Sign out
            </Button>
          )}
          <Button icon="keyboard" onClick={() => openDialog('keys')}>
            Keyboard
          </Button>
        </>
      }
    >
      <Row label="Theme">
        <Segmented
          label="Theme"
          value={p.theme}
          onChange={(theme) => setPref({ theme })}
          options={[
            { value: 'system', label: 'System' },
            { value: 'light', label: 'Light' },
            { value: 'dark', label: 'Dark' },
          ]}
        />
      </Row>
      <Row label="Contrast">
        <Segmented
          label="Contrast"
          value={p.contrast}
          onChange={(contrast) => setPref({ contrast })}
          options={[
            { value: 'system', label: 'System' },
            { value: 'normal', label: 'Normal' },
            { value: 'more', label: 'High' },
          ]}
        />
      </Row>
      <Row label="Density">
        <Segmented
          label="Density"
          value={p.density}
          onChange={(density) => setPref({ density })}
          options={[
            { value: 'normal', label: 'Normal' },
            { value: 'compact', label: 'Compact' },
          ]}
        />
      </Row>
      <Row label="Text size">
        <Segmented
          label="Text size"
          value={String(p.fontSize)}
          onChange={(v) => setPref({ fontSize: Number(v) as typeof p.fontSize })}
          options={['12', '13', '14', '16'].map((v) => ({ value: v, label: v }))}
        />
      </Row>
      <Row label="Motion">
        <Segmented
          label="Motion"
          value={p.motion}
          onChange={(motion) => setPref({ motion })}
          options={[
            { value: 'system', label: 'System' },
            { value: 'reduced', label: 'Reduced' },
          ]}
        />
      </Row>
      <SwitchRow label="Grid" checked={p.grid} onChange={(grid) => setPref({ grid })} />
      <SwitchRow label="Snap to the grid" checked={p.snap} onChange={(snap) => setPref({ snap })} />
      <SwitchRow
        label="Single letters are shortcuts"
        hint="Off: only keys with Ctrl, Alt or a function key do something on the canvas."
        checked={p.letters}
        onChange={(letters) => setPref({ letters })}
      />
    </Dialog>
  );
}

function Row({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="switch-row">
      <span>{label}</span>
      {children}
    </div>
  );
}
