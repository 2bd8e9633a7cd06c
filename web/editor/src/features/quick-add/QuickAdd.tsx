import { type KeyboardEvent, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { add, free } from '../../app/add';
import { prefs } from '../../app/prefs';
import { edit, useSession } from '../../app/session';
import { t } from '../../i18n';
import { docStore } from '../../model/doc-store';
import { type Entry, entries, find } from '../../model/entries';
import { typeStore } from '../../model/schema';
import { Tile } from '../../ui';
import { current } from '../../view/canvas-view';
import { type QuickAddRequest, quickAddStore } from './open';

export default function QuickAdd() {
  const wanted = useStore(quickAddStore, (s) => s.wanted);
  return wanted ? <Box key={`${wanted.at.x} ${wanted.at.y}`} wanted={wanted} /> : null;
}

const close = () => {
  quickAddStore.setState({ wanted: null });
  current.view?.focus?.();
};

/** Only types that fit: with an input after an output, with both in the middle of a wire. */
function fits(e: Entry, w: QuickAddRequest): boolean {
  if (w.wire) return e.inputs > 0 && e.outputs > 0;
  if (w.from?.side === 'out') return e.inputs > 0;
  if (w.from?.side === 'in') return e.outputs > 0;
  return true;
}

function Box({ wanted }: { wanted: QuickAddRequest }) {
  const types = useStore(typeStore, (s) => s.types);
  const recent = useStore(prefs, (s) => s.recentTypes);
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const list = useMemo(() => {
    const all = entries(types, docStore.getState().doc).filter((e) => fits(e, wanted));
    const first = (e: Entry) => {
      const i = recent.indexOf(e.type);
      return i < 0 ? recent.length : i;
    };
    return query === '' ? all.sort((a, b) => first(a) - first(b)) : find(all, query);
  }, [types, recent, query, wanted]);
  useEffect(() => {
    const out = (e: PointerEvent) => !box.current?.contains(e.target as Node) && close();
    document.addEventListener('pointerdown', out, true);
    return () => document.removeEventListener('pointerdown', out, true);
  }, []);
  useLayoutEffect(() => {
    const el = box.current;
    if (!el) return;
    el.querySelector('input')?.focus();
    const r = el.getBoundingClientRect();
    el.style.left = `${Math.max(8, Math.min(wanted.client.x, innerWidth - r.width - 8))}px`;
    el.style.top = `${Math.max(8, Math.min(wanted.client.y, innerHeight - 360))}px`;
  }, [wanted]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the chosen one is to be seen
  useLayoutEffect(() => {
    box.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [at, list]);
  const choose = (e: Entry | undefined, open: boolean) => {
    if (!e) return;
    const { client: _, near, ...place } = wanted;
    const at = near ? free(useSession.getState().tab, e.type, place.at) : place.at;
    const id = add(e.type, { ...place, at });
    quickAddStore.setState({ wanted: null });
    requestAnimationFrame(() => {
      current.view?.reveal(id);
      if (open) edit(id);
      else current.view?.focus?.();
    });
  };
  const onKey = (e: KeyboardEvent) => {
    if (e.key === 'ArrowDown') setAt(Math.min(list.length - 1, at + 1));
    else if (e.key === 'ArrowUp') setAt(Math.max(0, at - 1));
    else if (e.key === 'Enter') choose(list[at], e.shiftKey);
    else if (e.key === 'Escape' || e.key === 'Tab') close();
    else return;
    e.preventDefault();
    e.stopPropagation();
  };
  return (
    <div ref={box} className="quick-add popup" role="dialog" aria-label={t('Quick add')}>
      <input
        className="input"
        role="combobox"
        aria-label={t('Add a node')}
        aria-expanded="true"
        aria-controls="quick-add-list"
        aria-activedescendant={list[at] ? `quick-add-${at}` : undefined}
        placeholder={t('Add a node')}
        autoComplete="off"
        spellCheck={false}
        value={query}
        onChange={(e) => {
          setQuery(e.target.value);
          setAt(0);
        }}
        onKeyDown={onKey}
      />
      <div id="quick-add-list" role="listbox" aria-label={t('Nodes that fit')} className="quick-add-list">
        {list.map((e, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: keys go to the box above
          // biome-ignore lint/a11y/useFocusableInteractive: the box above keeps the focus
          <div
            key={e.type}
            id={`quick-add-${i}`}
            role="option"
            aria-selected={i === at}
            className="quick-add-item"
            onPointerMove={() => setAt(i)}
            onClick={() => choose(e, false)}
          >
            <Tile type={e.type} size={22} />
            <span>{e.title}</span>
            <span className="meta ellipsis grow">{e.hint}</span>
          </div>
        ))}
        {list.length === 0 && (
          <div role="option" aria-selected={false} aria-disabled tabIndex={-1} className="hint quick-add-none">
            {t('No node meets “{{query}}”.', { query })}
          </div>
        )}
      </div>
    </div>
  );
}
