import { Dialog as Base } from '@base-ui/react/dialog';
import { type KeyboardEvent, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { earlyKeys } from '../../actions/keys';
import { actionStore, keysOf, run, sectionOf, wordsOf } from '../../actions/registry';
import { closeDialog, dialogStore } from '../../app/dialogs';
import { reveal } from '../../app/reveal';
import { t } from '../../i18n';
import { docStore } from '../../model/doc-store';
import { labelOf, typeTitle } from '../../model/schema';
import { Icon, IconButton, Kbd, Tile } from '../../ui';

interface Row {
  key: string;
  title: string;
  hint: string;
  words: string;
  icon?: string;
  type?: string;
  chord?: string | undefined;
  run: () => void;
}

const most = 60;

/** How well a row meets the query: all its words, the earlier and the more of one piece the better. */
function rank(r: Row, query: string): number {
  const title = r.title.toLowerCase();
  if (title.startsWith(query)) return 100;
  if (title.split(/\W+/).some((w) => w.startsWith(query))) return 80;
  if (title.includes(query)) return 60;
  const all = `${title} ${r.hint.toLowerCase()} ${r.words}`;
  return query.split(/\s+/).every((w) => all.includes(w)) ? 30 : 0;
}

export default function CommandPalette() {
  const actions = useStore(actionStore, (s) => s.actions);
  const given = useStore(dialogStore, (s) => s.text);
  const [query, setQuery] = useState(given);
  const [at, setAt] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const goto = query.startsWith('@');
  const rows = useMemo((): Row[] => {
    const { doc } = docStore.getState();
    const q = query.replace(/^@/, '').trim().toLowerCase();
    const commands = [...actions.values()]
      .filter((a) => !a.hidden && (a.when?.() ?? true))
      .map(
        (a): Row => ({
          key: a.id,
          title: t(a.title),
          hint: sectionOf(a),
          words: wordsOf(a).toLowerCase(),
          icon: a.icon ?? 'command',
          chord: keysOf(a)[0],
          run: () => run(a.id),
        }),
      );
    if (q === '' && !goto) return commands;
    const flows = [
      ...Object.values(doc.tabs).map((f) => ({ id: f.id, title: f.label, hint: t('flow'), icon: 'workflow' })),
      ...Object.values(doc.subflows).map((f) => ({ id: f.id, title: f.name, hint: t('subflow'), icon: 'workflow' })),
    ].map(
      (t): Row => ({
        key: t.id,
        title: t.title || t.id,
        hint: t.hint,
        words: t.id,
        icon: t.icon,
        run: () => reveal(t.id),
      }),
    );
    const nodes = Object.values(doc.nodes)
      .filter((n) => n.kind !== 'junction')
      .map(
        (n): Row => ({
          key: n.id,
          title: labelOf(n, doc),
          hint: [typeTitle(n.type, doc), doc.tabs[n.z]?.label ?? doc.subflows[n.z]?.name].filter(Boolean).join(' · '),
          words: n.id,
          type: n.type,
          run: () => reveal(n.id),
        }),
      );
    const all = goto ? [...flows, ...nodes] : [...commands, ...flows, ...nodes];
    if (q === '') return all.slice(0, most);
    return all
      .map((r, i) => ({ r, i, s: rank(r, q) }))
      .filter((x) => x.s > 0)
      .sort((a, b) => b.s - a.s || a.i - b.i)
      .slice(0, most)
      .map((x) => x.r);
  }, [actions, query, goto]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the chosen one is to be seen
  useLayoutEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [at, rows]);
  const choose = (r: Row | undefined) => {
    if (!r) return;
    closeDialog();
    // once the focus is back where it was
    setTimeout(r.run, 0);
  };
  const onKey = (e: KeyboardEvent) => {
    if (e.key === 'ArrowDown') setAt(rows.length === 0 ? 0 : (at + 1) % rows.length);
    else if (e.key === 'ArrowUp') setAt(rows.length === 0 ? 0 : (at - 1 + rows.length) % rows.length);
    else if (e.key === 'PageDown') setAt(Math.min(rows.length - 1, at + 8));
    else if (e.key === 'PageUp') setAt(Math.max(0, at - 8));
    else if (e.key === 'Enter') choose(rows[at]);
    else return;
    e.preventDefault();
  };
  return (
    <Base.Root open onOpenChange={(o) => !o && closeDialog()}>
      <Base.Portal>
        <Base.Backdrop className="backdrop" />
        <Base.Popup className="dialog commands" initialFocus={input} aria-label={t('Command palette')}>
          <div className="commands-head">
            <Icon name="search" />
            <input
              ref={input}
              role="combobox"
              aria-label={t('Command')}
              aria-expanded="true"
              aria-controls="commands-list"
              aria-activedescendant={rows[at] ? `command-${at}` : undefined}
              placeholder={goto ? t('Go to a flow or node') : t('Type a command, or the name of a flow or node')}
              autoComplete="off"
              spellCheck={false}
              value={query}
              onChange={(e) => {
                setQuery(e.target.value);
                setAt(0);
              }}
              onFocus={() => setQuery((q) => q + earlyKeys())}
              onKeyDown={onKey}
            />
            <Kbd chord="Escape" />
            <IconButton className="by-touch" icon="x" label={t('Close')} onClick={closeDialog} />
          </div>
          <div ref={list} id="commands-list" role="listbox" aria-label={t('Commands')} className="commands-list">
            {rows.map((r, i) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: keys go to the box above
              // biome-ignore lint/a11y/useFocusableInteractive: the box above keeps the focus
              <div
                key={r.key}
                id={`command-${i}`}
                role="option"
                aria-selected={i === at}
                className="commands-item"
                onPointerMove={() => setAt(i)}
                onClick={() => choose(r)}
              >
                {r.type ? <Tile type={r.type} size={20} /> : <Icon name={r.icon ?? 'command'} />}
                <span className="ellipsis">{r.title}</span>
                <span className="meta grow ellipsis">{r.hint}</span>
                {r.chord && <Kbd chord={r.chord} />}
              </div>
            ))}
            {rows.length === 0 && (
              <div role="option" aria-selected={false} aria-disabled tabIndex={-1} className="hint commands-none">
                {t('Nothing is called “{{query}}”.', { query })}
              </div>
            )}
          </div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
