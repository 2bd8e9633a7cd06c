/** A list of nodes with a tick each, found by typing; the one under pointer or focus lights up on the canvas. */
import { useState } from 'react';
import { t } from '../../i18n';
import { lightUp } from '../host';
import css from '../style';

export interface Choice {
  id: string;
  label: string;
  type: string;
  /** The tab it is on. */
  where?: string;
}

interface Props {
  choices: Choice[];
  chosen: ReadonlySet<string>;
  /** One at most. */
  single?: boolean;
  name: string;
  labelId: string;
  empty: string;
  onToggle: (id: string, on: boolean) => void;
}

/** So many are shown at once. */
const most = 200;

export function PickList({ choices, chosen, single, name, labelId, empty, onToggle }: Props) {
  const [query, setQuery] = useState('');
  const q = query.trim().toLowerCase();
  const all = choices.filter((c) => !q || `${c.label} ${c.type} ${c.where ?? ''}`.toLowerCase().includes(q));
  const found = all.slice(0, most);
  const groups = [...new Set(found.map((c) => c.where ?? ''))];
  if (choices.length === 0) return <p className={css.none}>{empty}</p>;
  return (
    <div
      className={css.pick}
      role="group"
      aria-labelledby={labelId}
      onPointerLeave={() => lightUp(undefined)}
      onBlur={() => lightUp(undefined)}
    >
      {choices.length > 7 && (
        <input
          className={css.input}
          type="search"
          aria-label={t('Find a node')}
          placeholder={t('Find a node')}
          value={query}
          onChange={(e) => setQuery(e.target.value)}
        />
      )}
      <div className={css.pickList} tabIndex={-1}>
        {groups.map((g) => (
          <div key={g}>
            {g && <div className={css.popupHead}>{g}</div>}
            {found
              .filter((c) => (c.where ?? '') === g)
              .map((c) => (
                <label key={c.id} className={css.pickItem} onPointerEnter={() => lightUp(c.id)}>
                  <input
                    type={single ? 'radio' : 'checkbox'}
                    name={name}
                    checked={chosen.has(c.id)}
                    onFocus={() => lightUp(c.id)}
                    onChange={(e) => onToggle(c.id, e.target.checked)}
                  />
                  <span className={css.pickLabel}>{c.label}</span>
                  <span className={css.meta}>{c.type === c.label ? '' : c.type}</span>
                </label>
              ))}
          </div>
        ))}
        {all.length > most && <p className={css.none}>{t('There are more: find them by name.')}</p>}
        {found.length === 0 && (
          <p className={css.none}>
            {t('No node matches “{{query}}”.', { query })}{' '}
            <button type="button" className={css.link} onClick={() => setQuery('')}>
              {t('Clear filter')}
            </button>
          </p>
        )}
      </div>
    </div>
  );
}
