/** The frame of a table: rows with a grip, their outputs' colours, a remove button each, and Add below. */

import { GripVertical, Plus, X } from 'lucide-react';
import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef } from 'react';
import { chordText } from '../../actions/keys';
import { inSentence, t } from '../../i18n';
import css from '../style';
import { portColor } from './colors';
import type { Rows } from './rows';

interface Props {
  rows: Rows;
  /** What one row is: "Rule". */
  noun: string;
  labelId: string;
  describedBy: string | undefined;
  id: string;
  /** Rows are outputs. */
  ports: boolean;
  /** Rows have a frame of their own. */
  cards: boolean;
  heading?: ReactNode;
  children: (i: number) => ReactNode;
}

export function RowList({ rows, noun, labelId, describedBy, id, ports, cards, heading, children }: Props) {
  const row = inSentence(noun);
  const list = useRef<HTMLOListElement>(null);
  const rowAt = (i: number) => list.current?.children[i] as HTMLElement | undefined;
  const focus = (i: number, what = '[data-grip]') =>
    requestAnimationFrame(() =>
      (
        rowAt(i)?.querySelector<HTMLElement>(what) ??
        rowAt(i)?.querySelector<HTMLElement>('input, select, [role=textbox]')
      )?.focus(),
    );

  const add = () => {
    rows.add();
    focus(rows.rows.length, 'select, [data-editor], input:not([type=radio]), textarea');
  };
  const remove = (i: number) => {
    rows.remove(i);
    if (rows.rows.length > 1) focus(Math.min(i, rows.rows.length - 2));
    else requestAnimationFrame(() => document.getElementById(`${id}-add`)?.focus());
  };
  const move = (from: number, to: number) => {
    if (to < 0 || to >= rows.rows.length) return;
    rows.move(from, to);
    focus(to);
  };

  const keys = (e: KeyboardEvent, i: number) => {
    const grip = (e.target as HTMLElement).closest('[data-grip]') !== null;
    const select = e.target instanceof HTMLSelectElement;
    if ((e.key === 'ArrowUp' || e.key === 'ArrowDown') && (e.altKey || grip) && !select) {
      e.preventDefault();
      e.stopPropagation();
      move(i, e.key === 'ArrowUp' ? i - 1 : i + 1);
    } else if (e.altKey && e.key === 'Insert') {
      e.preventDefault();
      add();
    } else if ((e.altKey || grip) && e.key === 'Delete') {
      e.preventDefault();
      e.stopPropagation();
      remove(i);
    }
  };

  /** With Shift a row moves from wherever the focus is in it: Alt+↓ by itself opens lists, and editors move lines. */
  const moveKeys = (e: KeyboardEvent, i: number) => {
    if (!e.altKey || !e.shiftKey || (e.key !== 'ArrowUp' && e.key !== 'ArrowDown')) return;
    e.preventDefault();
    e.stopPropagation();
    move(i, e.key === 'ArrowUp' ? i - 1 : i + 1);
  };

  const drag = (e: PointerEvent<HTMLButtonElement>, start: number) => {
    if (e.button !== 0) return;
    e.preventDefault();
    const grip = e.currentTarget;
    grip.focus();
    const container = list.current;
    if (!container) return;
    let at = start;
    const onMove = (m: globalThis.PointerEvent) => {
      const boxes = Array.from(container.children, (c) => c.getBoundingClientRect());
      const above = boxes[at - 1];
      const below = boxes[at + 1];
      if (above && m.clientY < above.top + above.height / 2) {
        current.move(at, at - 1);
        at--;
      } else if (below && m.clientY > below.top + below.height / 2) {
        current.move(at, at + 1);
        at++;
      }
    };
    const end = () => {
      window.removeEventListener('pointermove', onMove);
      window.removeEventListener('pointerup', end);
      window.removeEventListener('pointercancel', end);
      container.removeAttribute('data-dragging');
    };
    container.setAttribute('data-dragging', '');
    window.addEventListener('pointermove', onMove);
    window.addEventListener('pointerup', end);
    window.addEventListener('pointercancel', end);
  };
  // While a row is dragged the list is drawn anew at each step: the newest one moves.
  const latest = useRef(rows);
  latest.current = rows;
  const current = { move: (a: number, b: number) => latest.current.move(a, b) };

  return (
    <div
      className={css.rows}
      role="group"
      aria-labelledby={labelId}
      aria-describedby={describedBy}
      id={id}
      tabIndex={-1}
    >
      {rows.rows.length > 0 && heading}
      <ol ref={list} className={css.rowList} data-cards={cards ? '' : undefined}>
        {rows.rows.map((_, i) => (
          <li
            key={rows.keys[i] ?? i}
            className={css.rowItem}
            aria-label={`${noun} ${i + 1}`}
            onKeyDownCapture={(e) => moveKeys(e, i)}
            onKeyDown={(e) => keys(e, i)}
          >
            <button
              type="button"
              className={css.grip}
              data-grip=""
              aria-label={t('Reorder {{row}} {{n}}', { row, n: i + 1 })}
              title={t('Drag, or ↑ ↓; from a field {{keys}}', { keys: chordText('Alt+Shift+ArrowDown') })}
              onPointerDown={(e) => drag(e, i)}
            >
              {ports ? (
                <span className={css.port} style={{ background: portColor(i) }}>
                  {i + 1}
                </span>
              ) : (
                <GripVertical size={14} aria-hidden="true" />
              )}
            </button>
            <div className={css.rowBody}>{children(i)}</div>
            <button
              type="button"
              className={css.mini}
              aria-label={t('Remove {{row}} {{n}}', { row, n: i + 1 })}
              title={`${t('Remove')} (${chordText('Alt+Delete')})`}
              onClick={() => remove(i)}
            >
              <X size={14} aria-hidden="true" />
            </button>
          </li>
        ))}
      </ol>
      <button type="button" id={`${id}-add`} className={css.add} onClick={add} title={chordText('Alt+Insert')}>
        <Plus size={14} aria-hidden="true" /> {t('Add {{name}}', { name: row })}
      </button>
    </div>
  );
}
