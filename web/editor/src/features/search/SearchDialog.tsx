import { Dialog as Base } from '@base-ui/react/dialog';
import { type KeyboardEvent, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { earlyKeys } from '../../actions/keys';
import { closeDialog, dialogStore } from '../../app/dialogs';
import { reveal } from '../../app/reveal';
import { useSession } from '../../app/session';
import { en, t } from '../../i18n';
import { changedIds, docStore } from '../../model/doc-store';
import { typeTitle } from '../../model/schema';
import { Icon, IconButton, Kbd, Tile } from '../../ui';
import { flags, parseQuery, search } from './query';
import { results } from './results';

/** What is no node. */
const kinds: Record<string, string> = { flow: en('flow'), group: en('group'), subflow: en('subflow') };

export default function SearchDialog() {
  const given = useStore(dialogStore, (s) => s.text);
  const doc = useStore(docStore, (s) => s.doc);
  const problems = useSession((s) => s.problems);
  const [query, setQuery] = useState(given || results.query);
  const [at, setAt] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const found = useMemo(
    () => search(parseQuery(query), { doc, problems, changed: changedIds() }),
    [query, doc, problems],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: the chosen one is to be seen
  useLayoutEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [at, found]);
  useLayoutEffect(() => input.current?.select(), []);
  const go = (i: number) => {
    const f = found[i];
    if (!f) return;
    results.query = query;
    results.ids = found.map((x) => x.id);
    results.at = i;
    closeDialog();
    setTimeout(() => reveal(f.id), 0);
  };
  const onKey = (e: KeyboardEvent) => {
    if (e.key === 'ArrowDown') setAt(Math.min(found.length - 1, at + 1));
    else if (e.key === 'ArrowUp') setAt(Math.max(0, at - 1));
    else if (e.key === 'Enter') go(at);
    else return;
    e.preventDefault();
  };
  return (
    <Base.Root open onOpenChange={(o) => !o && closeDialog()}>
      <Base.Portal>
        <Base.Backdrop className="backdrop" />
        <Base.Popup className="dialog commands" initialFocus={input} aria-label={t('Search')}>
          <div className="commands-head">
            <Icon name="search" />
            <input
              ref={input}
              role="combobox"
              aria-label={t('Search flows')}
              aria-expanded="true"
              aria-controls="search-list"
              aria-activedescendant={found[at] ? `found-${at}` : undefined}
              placeholder={t('Names, properties, ids, type:switch, is:unused, uses:account')}
              autoComplete="off"
              spellCheck={false}
              value={query}
              onChange={(e) => {
                setQuery(e.target.value);
                setAt(0);
              }}
              onFocus={() => setQuery((q) => earlyKeys() || q)}
              onKeyDown={onKey}
            />
            <span className="meta" role="status">
              {query.trim() !== '' && t('{{count}} found', { count: found.length })}
            </span>
            <Kbd chord="Escape" />
            <IconButton className="by-touch" icon="x" label={t('Close')} onClick={closeDialog} />
          </div>
          <div className="search-flags">
            {flags.map((f) => (
              <button
                key={f}
                type="button"
                className="chip"
                aria-pressed={query.includes(`is:${f}`)}
                onClick={() => {
                  setQuery(query.includes(`is:${f}`) ? query.replace(`is:${f}`, '').trim() : `${query} is:${f}`.trim());
                  input.current?.focus();
                }}
              >
                is:{f}
              </button>
            ))}
          </div>
          <div ref={list} id="search-list" role="listbox" aria-label={t('Found')} className="commands-list">
            {found.map((f, i) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: keys go to the box above
              // biome-ignore lint/a11y/useFocusableInteractive: the box above keeps the focus
              <div
                key={f.id}
                id={`found-${i}`}
                role="option"
                aria-selected={i === at}
                className="commands-item"
                onPointerMove={() => setAt(i)}
                onClick={() => go(i)}
              >
                <Tile type={f.type} size={20} />
                <span className="ellipsis">{f.label}</span>
                <span className="meta ellipsis grow">
                  {[t(kinds[f.type] ?? typeTitle(f.type, doc)), f.where, f.match].filter(Boolean).join(' · ')}
                </span>
              </div>
            ))}
            {query.trim() !== '' && found.length === 0 && (
              <div role="option" aria-selected={false} aria-disabled tabIndex={-1} className="hint commands-none">
                {t('Nothing meets “{{query}}”.', { query })}
              </div>
            )}
          </div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
