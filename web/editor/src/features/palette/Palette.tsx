import { type KeyboardEvent, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { run } from '../../actions/registry';
import { add, dragged, dragType } from '../../app/add';
import { prefs, setPref } from '../../app/prefs';
import { setPanels } from '../../app/session';
import { en, t } from '../../i18n';
import { docStore } from '../../model/doc-store';
import { type Entry, entries } from '../../model/entries';
import { typeStore } from '../../model/schema';
import { Button, ContextMenu, Empty, Icon, SearchField, Tile } from '../../ui';
import { current } from '../../view/canvas-view';
import { sectionsOf, titles } from './sections';

/** Lists of types that stand in their category, too: names are to be told apart. */
const again: Record<string, string> = { favourite: en('favourite'), recent: en('recent') };

/** Everything that can be put into a flow: drag it there, click it, or press Enter. */
export function Palette() {
  const types = useStore(typeStore, (s) => s.types);
  const subflows = useStore(docStore, (s) => s.doc.subflows);
  const closed = useStore(prefs, (s) => s.closedCategories);
  const favourites = useStore(prefs, (s) => s.favouriteTypes);
  const added = useStore(prefs, (s) => s.recentTypes);
  // Nothing moves away under the pointer: what was added last shows when it has left.
  const [over, setOver] = useState(false);
  const [shown, setShown] = useState(added);
  if (!over && shown !== added) setShown(added);
  const [query, setQuery] = useState('');
  const box = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: of the document only subflows matter
  const all = useMemo(() => entries(types, docStore.getState().doc), [types, subflows]);
  const sections = useMemo(() => sectionsOf(all, query, favourites, shown), [all, query, favourites, shown]);
  const put = (type: string) => {
    add(type);
    setPanels({ small: 'flow' });
  };
  const onKey = (e: KeyboardEvent) => {
    const items = [...(box.current?.querySelectorAll<HTMLElement>('[data-entry]') ?? [])];
    const at = items.indexOf(document.activeElement as HTMLElement);
    if (e.key === 'Enter' && at < 0 && query.trim() !== '') {
      const first = sections[0]?.[1][0];
      if (first) put(first.type);
    } else if (e.key === 'ArrowDown') items[at + 1]?.focus();
    else if (e.key === 'ArrowUp') at <= 0 ? box.current?.querySelector('input')?.focus() : items[at - 1]?.focus();
    else if (e.key === 'Escape' && query !== '') setQuery('');
    else if (e.key === 'Escape') current.view?.focus?.();
    else return;
    e.preventDefault();
  };
  const toggle = (c: string) =>
    setPref({ closedCategories: closed.includes(c) ? closed.filter((x) => x !== c) : [...closed, c] });
  return (
    <section
      ref={box}
      className="palette"
      aria-label={t('Palette')}
      onKeyDown={onKey}
      onPointerEnter={() => setOver(true)}
      onPointerLeave={() => setOver(false)}
    >
      <div className="palette-search">
        <SearchField data-start="" label={t('Search nodes')} value={query} onChange={(e) => setQuery(e.target.value)} />
      </div>
      <div className="palette-list">
        {sections.map(([name, list]) => {
          if (list.length === 0) return null;
          const folded = query.trim() === '' && closed.includes(name);
          return (
            <div key={name} className="palette-section">
              {name !== 'found' && (
                <button
                  type="button"
                  className="palette-head"
                  aria-label={t('{{category}} nodes', { category: t(titles[name] ?? name) })}
                  aria-expanded={!folded}
                  onClick={() => toggle(name)}
                >
                  <Icon name={folded ? 'chevron-right' : 'chevron-down'} size={14} />
                  {t(titles[name] ?? name)}
                </button>
              )}
              {!folded && (
                <ul aria-label={t(titles[name] ?? name)}>
                  {list.map((e) => (
                    <Item
                      key={e.type}
                      entry={e}
                      again={again[name]}
                      favourite={favourites.includes(e.type)}
                      put={put}
                    />
                  ))}
                </ul>
              )}
            </div>
          );
        })}
        {query.trim() !== '' && sections[0]?.[1].length === 0 && (
          <Empty title={t('No node meets “{{query}}”.', { query })}>
            <Button size="small" onClick={() => setQuery('')}>
              {t('Clear filter')}
            </Button>
          </Empty>
        )}
      </div>
    </section>
  );
}

interface ItemProps {
  entry: Entry;
  /** In which list it stands beside that of its category. */
  again: string | undefined;
  favourite: boolean;
  put: (type: string) => void;
}

function Item({ entry: e, again, favourite, put }: ItemProps) {
  return (
    <ContextMenu
      items={() => [
        { label: t('Add to the flow'), icon: 'plus', run: () => put(e.type) },
        {
          label: favourite ? t('No favourite') : t('Favourite'),
          icon: 'star',
          run: () =>
            setPref({
              favouriteTypes: favourite
                ? prefs.getState().favouriteTypes.filter((f) => f !== e.type)
                : [...prefs.getState().favouriteTypes, e.type],
            }),
        },
        { label: t('Help'), icon: 'circle-help', run: () => run('help.node') },
      ]}
    >
      <li>
        <button
          type="button"
          className="palette-item"
          data-entry=""
          aria-label={again && `${e.title}, ${t(again)}`}
          title={e.hint}
          draggable
          onClick={(ev) => {
            // The second click of those who click twice adds no other.
            if (ev.detail < 2) put(e.type);
          }}
          onKeyDown={(ev) => {
            if (ev.key !== 'Enter' && ev.key !== ' ') return;
            ev.preventDefault();
            ev.stopPropagation();
            put(e.type);
          }}
          onDragStart={(ev) => {
            dragged.type = e.type;
            ev.dataTransfer.setData(dragType, e.type);
            ev.dataTransfer.setData('text/plain', e.title);
            ev.dataTransfer.effectAllowed = 'copy';
          }}
          onDragEnd={() => {
            dragged.type = '';
          }}
        >
          <Tile type={e.type} />
          <span className="grow ellipsis">{e.title}</span>
        </button>
      </li>
    </ContextMenu>
  );
}
