import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { add, free } from '../../app/add';
import { prefs } from '../../app/prefs';
import { edit, useSession } from '../../app/session';
import { t } from '../../i18n';
import { docStore } from '../../model/doc-store';
import { type Entry, entries, find } from '../../model/entries';
import { typeStore } from '../../model/schema';
import { Tile } from '../../ui';
import { Finder } from '../../ui/Finder';
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
  const box = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const list = useMemo(() => {
    const every = entries(types, docStore.getState().doc);
    const all = every.filter((e) => fits(e, wanted));
    const first = (e: Entry) => {
      const i = recent.indexOf(e.type);
      return i < 0 ? recent.length : i;
    };
    if (query === '') return all.sort((a, b) => first(a) - first(b));
    const found = find(all, query);
    // By key it is only a guess that the new one follows the selected: what does not fit comes unwired.
    return found.length === 0 && wanted.guessed ? find(every, query) : found;
  }, [types, recent, query, wanted]);
  useEffect(() => {
    const out = (e: PointerEvent) => !box.current?.contains(e.target as Node) && close();
    document.addEventListener('pointerdown', out, true);
    return () => document.removeEventListener('pointerdown', out, true);
  }, []);
  useLayoutEffect(() => {
    const el = box.current;
    if (!el) return;
    input.current?.focus();
    const r = el.getBoundingClientRect();
    el.style.left = `${Math.max(8, Math.min(wanted.client.x, innerWidth - r.width - 8))}px`;
    el.style.top = `${Math.max(8, Math.min(wanted.client.y, innerHeight - 360))}px`;
  }, [wanted]);
  const choose = (e: Entry, open: boolean) => {
    const { client: _, near, guessed: __, from, ...place } = wanted;
    const at = near ? free(useSession.getState().tab, e.type, place.at) : place.at;
    const id = add(e.type, { ...place, at, ...(from && fits(e, wanted) ? { from } : {}) });
    quickAddStore.setState({ wanted: null });
    requestAnimationFrame(() => {
      current.view?.reveal(id);
      if (open) edit(id);
      else current.view?.focus?.();
    });
  };
  return (
    <div ref={box} className="quick-add popup" role="dialog" aria-label={t('Quick add')}>
      <Finder
        id="quick-add-list"
        look="quick-add"
        label={t('Add a node')}
        placeholder={t('Add a node')}
        holds={t('Nodes that fit')}
        input={input}
        query={query}
        onQuery={setQuery}
        rows={list}
        keyOf={(e) => e.type}
        choose={choose}
        none={t('No node meets “{{query}}”.', { query })}
        onKey={(e) => {
          if (e.key !== 'Escape' && e.key !== 'Tab') return false;
          close();
          return true;
        }}
        draw={(e) => (
          <>
            <Tile type={e.type} size={22} />
            <span>{e.title}</span>
            <span className="meta ellipsis grow">{e.hint}</span>
          </>
        )}
      />
    </div>
  );
}
