import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { bootStore } from '../../app/boot';
import { closeDialog, openDialog } from '../../app/dialogs';
import { prefs, setPref } from '../../app/prefs';
import { type Language, languages, t } from '../../i18n';
import { authStore, dropToken } from '../../net/http';
import { Button, Segmented, SwitchRow } from '../../ui';
import { Dialog } from '../../ui/Dialog';

export default function SettingsDialog() {
  const p = useStore(prefs);
  const settings = useStore(bootStore, (s) => s.settings);
  const token = useStore(authStore, (s) => s.token);
  return (
    <Dialog
      open
      onClose={closeDialog}
      title={t('Settings')}
      foot={
        <>
          <span className="hint start">Flowrill {settings?.flowrill?.version}</span>
          {token !== '' && (
            <Button
              icon="log-out"
              onClick={() => {
                closeDialog();
                dropToken(authStore.getState().token);
              }}
            >
              {t('Sign out')}
            </Button>
          )}
          <Button icon="keyboard" onClick={() => openDialog('keys')}>
            {t('Keyboard')}
          </Button>
        </>
      }
    >
      <Row label={t('Language')}>
        <Segmented
          label={t('Language')}
          value={p.language}
          onChange={(language) => setPref({ language })}
          options={[
            { value: 'system', label: t('System') },
            ...Object.entries(languages).map(([value, label]) => ({ value: value as Language, label })),
          ]}
        />
      </Row>
      <Row label={t('Theme')}>
        <Segmented
          label={t('Theme')}
          value={p.theme}
          onChange={(theme) => setPref({ theme })}
          options={[
            { value: 'system', label: t('System') },
            { value: 'light', label: t('Light') },
            { value: 'dark', label: t('Dark') },
          ]}
        />
      </Row>
      <Row label={t('Contrast')}>
        <Segmented
          label={t('Contrast')}
          value={p.contrast}
          onChange={(contrast) => setPref({ contrast })}
          options={[
            { value: 'system', label: t('System') },
            { value: 'normal', label: t('Normal') },
            { value: 'more', label: t('High') },
          ]}
        />
      </Row>
      <Row label={t('Density')}>
        <Segmented
          label={t('Density')}
          value={p.density}
          onChange={(density) => setPref({ density })}
          options={[
            { value: 'normal', label: t('Normal') },
            { value: 'compact', label: t('Compact') },
          ]}
        />
      </Row>
      <Row label={t('Text size')}>
        <Segmented
          label={t('Text size')}
          value={String(p.fontSize)}
          onChange={(v) => setPref({ fontSize: Number(v) as typeof p.fontSize })}
          options={['12', '13', '14', '16'].map((v) => ({ value: v, label: v }))}
        />
      </Row>
      <Row label={t('Motion')}>
        <Segmented
          label={t('Motion')}
          value={p.motion}
          onChange={(motion) => setPref({ motion })}
          options={[
            { value: 'system', label: t('System') },
            { value: 'reduced', label: t('Reduced') },
          ]}
        />
      </Row>
      <SwitchRow label={t('Grid')} checked={p.grid} onChange={(grid) => setPref({ grid })} />
      <SwitchRow label={t('Snap to the grid')} checked={p.snap} onChange={(snap) => setPref({ snap })} />
      <SwitchRow
        label={t('Single letters are shortcuts')}
        hint={t('Off: only keys with Ctrl, Alt or a function key do something on the canvas.')}
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
