import { useState } from 'react';
import { en, t } from '../../i18n';
import { weekday } from '../../i18n/format';
import { named, type WidgetProps } from '../context';
import { inWords, lineOf, type Plan, planOf } from '../cron';
import css from '../style';
import { text } from '../values';

const kinds: [Plan['every'], string][] = [
  ['minutes', en('Every few minutes')],
  ['hour', en('Every hour')],
  ['day', en('Every day')],
  ['weekdays', en('Monday to Friday')],
  ['week', en('Every week')],
  ['month', en('Every month')],
];

/** A calendar line, with a helper that writes the usual ones and says in words what it means. */
export function CronField(p: WidgetProps) {
  const line = text(p.value);
  const plan = planOf(line);
  const [helping, setHelping] = useState(false);
  const set = (change: Partial<Plan>) => p.set(lineOf({ ...plan, ...change }));
  const timed = plan.every !== 'minutes' && plan.every !== 'hour' && plan.every !== 'other';
  return (
    <div className={css.rows}>
      <div className={css.ref}>
        <input
          {...named(p)}
          className={css.input}
          data-mono=""
          type="text"
          autoComplete="off"
          spellCheck={false}
          value={line}
          placeholder={p.field.ui.placeholder}
          onChange={(e) => p.set(e.target.value)}
        />
        <button type="button" className={css.small} aria-expanded={helping} onClick={() => setHelping(!helping)}>
          {t('Helper')}
        </button>
      </div>
      {helping && (
        <div className={css.helper} role="group" aria-label={t('Calendar helper')}>
          <select
            className={css.select}
            aria-label={t('How often')}
            value={plan.every}
            onChange={(e) => set({ every: e.target.value as Plan['every'] })}
          >
            {plan.every === 'other' && <option value="other">{line ? t('Own calendar line') : t('Choose…')}</option>}
            {kinds.map(([k, name]) => (
              <option key={k} value={k}>
                {t(name)}
              </option>
            ))}
          </select>
          {plan.every === 'minutes' && (
            <select
              className={css.select}
              aria-label={t('Minutes')}
              value={plan.step}
              onChange={(e) => set({ step: Number(e.target.value) })}
            >
              {[...new Set([1, 2, 5, 10, 15, 20, 30, plan.step])]
                .sort((a, b) => a - b)
                .map((n) => (
                  <option key={n} value={n}>
                    {t('every {{count}} minutes', { count: n })}
                  </option>
                ))}
            </select>
          )}
          {plan.every === 'hour' && (
            <input
              className={css.input}
              type="number"
              min={0}
              max={59}
              aria-label={t('Minute')}
              value={plan.minute}
              onChange={(e) => set({ minute: Math.min(59, Math.max(0, Number(e.target.value))) })}
            />
          )}
          {plan.every === 'week' && (
            <select
              className={css.select}
              aria-label={t('Day')}
              value={plan.day}
              onChange={(e) => set({ day: Number(e.target.value) })}
            >
              {[0, 1, 2, 3, 4, 5, 6].map((d) => (
                <option key={d} value={d}>
                  {weekday(d)}
                </option>
              ))}
            </select>
          )}
          {plan.every === 'month' && (
            <input
              className={css.input}
              type="number"
              min={1}
              max={31}
              aria-label={t('Day of month')}
              value={plan.day}
              onChange={(e) => set({ day: Math.min(31, Math.max(1, Number(e.target.value))) })}
            />
          )}
          {timed && (
            <input
              className={css.input}
              type="time"
              aria-label={t('Time')}
              value={`${String(plan.hour).padStart(2, '0')}:${String(plan.minute).padStart(2, '0')}`}
              onChange={(e) => {
                const [hour, minute] = e.target.value.split(':').map(Number);
                if (hour !== undefined && minute !== undefined) set({ hour, minute });
              }}
            />
          )}
        </div>
      )}
      {inWords(line) && <p className={css.help}>{inWords(line)}</p>}
    </div>
  );
}
