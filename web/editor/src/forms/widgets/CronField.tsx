import { useState } from 'react';
import { named, type WidgetProps } from '../context';
import { inWords, lineOf, type Plan, planOf, weekdays } from '../cron';
import css from '../style';
import { text } from '../values';

const kinds: [Plan['every'], string][] = [
  ['minutes', 'Every few minutes'],
  ['hour', 'Every hour'],
  ['day', 'Every day'],
  ['weekdays', 'Monday to Friday'],
  ['week', 'Every week'],
  ['month', 'Every month'],
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
          Helper
        </button>
      </div>
      {helping && (
        <div className={css.helper} role="group" aria-label="Calendar helper">
          <select
            className={css.select}
            aria-label="How often"
            value={plan.every}
            onChange={(e) => set({ every: e.target.value as Plan['every'] })}
          >
            {plan.every === 'other' && <option value="other">{line ? 'Own calendar line' : 'Choose…'}</option>}
            {kinds.map(([k, name]) => (
              <option key={k} value={k}>
                {name}
              </option>
            ))}
          </select>
          {plan.every === 'minutes' && (
            <select
              className={css.select}
              aria-label="Minutes"
              value={plan.step}
              onChange={(e) => set({ step: Number(e.target.value) })}
            >
              {[...new Set([1, 2, 5, 10, 15, 20, 30, plan.step])]
                .sort((a, b) => a - b)
                .map((n) => (
                  <option key={n} value={n}>
                    {n === 1 ? 'each minute' : `every ${n} minutes`}
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
              aria-label="Minute"
              value={plan.minute}
              onChange={(e) => set({ minute: Math.min(59, Math.max(0, Number(e.target.value))) })}
            />
          )}
          {plan.every === 'week' && (
            <select
              className={css.select}
              aria-label="Day"
              value={plan.day}
              onChange={(e) => set({ day: Number(e.target.value) })}
            >
              {weekdays.map((d, i) => (
                <option key={d} value={i}>
                  {d}
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
              aria-label="Day of month"
              value={plan.day}
              onChange={(e) => set({ day: Math.min(31, Math.max(1, Number(e.target.value))) })}
            />
          )}
          {timed && (
            <input
              className={css.input}
              type="time"
              aria-label="Time"
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
