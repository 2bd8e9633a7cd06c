import { useRef, useState } from 'react';
import { useStore } from 'zustand';
import { chordOf, chordText, normalise } from '../../actions/keys';
import { type Action, actionStore, keymap, keysOf, sectionOf, wordsOf } from '../../actions/registry';
import { closeDialog } from '../../app/dialogs';
import { prefs, setPref } from '../../app/prefs';
import { t } from '../../i18n';
import { Button, Icon, IconButton, Kbd, SearchField } from '../../ui';
import { Dialog } from '../../ui/Dialog';

/** Every key there is; a click on one changes it. */
export default function KeySheet() {
  const actions = useStore(actionStore, (s) => s.actions);
  const own = useStore(keymap, (s) => s.own);
  const [query, setQuery] = useState('');
  const [recording, setRecording] = useState<string | null>(null);
  const search = useRef<HTMLInputElement>(null);
  const all = [...actions.values()];
  const q = query.toLowerCase();
  const met = all.filter((a) =>
    `${t(a.title)} ${sectionOf(a)} ${wordsOf(a)} ${keysOf(a).map(chordText).join(' ')}`.toLowerCase().includes(q),
  );
  const sections = new Map<string, Action[]>();
  for (const a of met) {
    const name = sectionOf(a) || t('More');
    sections.set(name, [...(sections.get(name) ?? []), a]);
  }
  const set = (id: string, chord: string | undefined) => {
    const { [id]: _, ...rest } = prefs.getState().keys;
    setPref({ keys: chord === undefined ? rest : { ...rest, [id]: chord } });
    setRecording(null);
  };
  const clash = (a: Action) => {
    const mine = keysOf(a).map(normalise);
    return all.find(
      (b) =>
        b.id !== a.id &&
        (b.canvas ?? false) === (a.canvas ?? false) &&
        keysOf(b).some((k) => mine.includes(normalise(k))),
    );
  };
  return (
    <Dialog
      open
      onClose={closeDialog}
      title={t('Keyboard')}
      size="large"
      first={search}
      foot={
        Object.keys(own).length > 0 && (
          <Button className="start" onClick={() => setPref({ keys: {} })}>
            {t('Reset all keys')}
          </Button>
        )
      }
    >
      <SearchField ref={search} label={t('Search keys')} value={query} onChange={(e) => setQuery(e.target.value)} />
      <div className="keys">
        {[...sections].map(([name, list]) => (
          <section key={name} aria-label={name}>
            <h3>{name}</h3>
            <ul>
              {list.map((a) => {
                const chords = keysOf(a);
                const other = clash(a);
                return (
                  <li key={a.id}>
                    <span className="grow">
                      {t(a.title)}
                      {other && own[a.id] !== undefined && (
                        <span className="error-text"> {t('also: {{name}}', { name: t(other.title) })}</span>
                      )}
                    </span>
                    <button
                      type="button"
                      className="keys-chord"
                      onClick={() => setRecording(a.id)}
                      onBlur={() => setRecording((r) => (r === a.id ? null : r))}
                      onKeyDown={(e) => {
                        if (recording !== a.id || e.key === 'Tab') return;
                        e.preventDefault();
                        e.stopPropagation();
                        if (e.key === 'Escape') return setRecording(null);
                        if (e.key === 'Backspace') return set(a.id, '');
                        const chord = chordOf(e.nativeEvent);
                        if (chord !== '') set(a.id, chord);
                      }}
                    >
                      <span className="away">
                        {t('Change key of {{name}}: {{keys}}', {
                          name: t(a.title),
                          keys: chords.map(chordText).join(', ') || t('none'),
                        })}
                      </span>
                      {recording === a.id ? (
                        <em>{t('Press keys…')}</em>
                      ) : chords.length > 0 ? (
                        chords.map((c) => <Kbd key={c} chord={c} />)
                      ) : (
                        <Icon name="plus" size={12} />
                      )}
                    </button>
                    {own[a.id] !== undefined && (
                      <IconButton
                        icon="rotate-ccw"
                        size="small"
                        label={t('Reset {{name}}', { name: t(a.title) })}
                        onClick={() => set(a.id, undefined)}
                      />
                    )}
                  </li>
                );
              })}
            </ul>
          </section>
        ))}
        {met.length === 0 && <p className="hint">{t('No key meets “{{query}}”.', { query })}</p>}
      </div>
    </Dialog>
  );
}
