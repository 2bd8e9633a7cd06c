import { useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { earlyKeys } from '../../actions/keys';
import { closeDialog, dialogStore } from '../../app/dialogs';
import { reveal } from '../../app/reveal';
import { useSession } from '../../app/session';
import { en, t } from '../../i18n';
import { changedIds, docStore } from '../../model/doc-store';
import { typeTitle } from '../../model/schema';
import { Tile } from '../../ui';
import { FindDialog, FindHead } from '../../ui/FindDialog';
import { Finder } from '../../ui/Finder';
import { type Found, flags, parseQuery, search } from './query';
import { results } from './results';

/** What is no node. */
const kinds: Record<string, string> = { flow: en('flow'), group: en('group'), subflow: en('subflow') };

export default function SearchDialog() {
  const given = useStore(dialogStore, (s) => s.text);
  const doc = useStore(docStore, (s) => s.doc);
  const problems = useSession((s) => s.problems);
  const [query, setQuery] = useState(given || results.query);
  const input = useRef<HTMLInputElement>(null);
  const found = useMemo(
    () => search(parseQuery(query), { doc, problems, changed: changedIds() }),
    [query, doc, problems],
  );
  useLayoutEffect(() => input.current?.select(), []);
  const go = (f: Found) => {
    results.query = query;
    results.ids = found.map((x) => x.id);
    results.at = found.indexOf(f);
    closeDialog();
    setTimeout(() => reveal(f.id), 0);
  };
  return (
    <FindDialog label={t('Search')} onClose={closeDialog} input={input}>
      <Finder
        id="search-list"
        look="commands"
        label={t('Search flows')}
        placeholder={t('Names, properties, ids, type:switch, is:unused, uses:account')}
        holds={t('Found')}
        input={input}
        query={query}
        onQuery={setQuery}
        onFocus={() => setQuery((q) => earlyKeys() || q)}
        rows={found}
        keyOf={(f) => f.id}
        choose={go}
        none={query.trim() === '' ? '' : t('Nothing meets “{{query}}”.', { query })}
        frame={(box) => (
          <>
            <FindHead box={box} onClose={closeDialog}>
              <span className="meta" role="status">
                {query.trim() !== '' && t('{{count}} found', { count: found.length })}
              </span>
            </FindHead>
            <div className="search-flags">
              {flags.map((f) => (
                <button
                  key={f}
                  type="button"
                  className="chip"
                  aria-pressed={query.includes(`is:${f}`)}
                  onClick={() => {
                    setQuery(
                      query.includes(`is:${f}`) ? query.replace(`is:${f}`, '').trim() : `${query} is:${f}`.trim(),
                    );
                    input.current?.focus();
                  }}
                >
                  is:{f}
                </button>
              ))}
            </div>
          </>
        )}
        draw={(f) => (
          <>
            <Tile type={f.type} size={20} />
            <span className="ellipsis">{f.label}</span>
            <span className="meta ellipsis grow">
              {[t(kinds[f.type] ?? typeTitle(f.type, doc)), f.where, f.match].filter(Boolean).join(' · ')}
            </span>
          </>
        )}
      />
    </FindDialog>
  );
}
