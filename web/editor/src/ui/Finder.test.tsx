import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useRef, useState } from 'react';
import { afterEach, expect, it, vi } from 'vitest';
import { Finder } from './Finder';

afterEach(cleanup);

const all = Array.from({ length: 12 }, (_, i) => `row ${i}`);
const choose = vi.fn();

function Rows() {
  const input = useRef<HTMLInputElement>(null);
  const [query, setQuery] = useState('');
  return (
    <Finder
      id="rows"
      look="commands"
      label="Row"
      placeholder=""
      holds="Rows"
      input={input}
      query={query}
      onQuery={setQuery}
      rows={all.filter((r) => r.includes(query))}
      keyOf={(r) => r}
      draw={(r) => r}
      choose={choose}
      none="None"
    />
  );
}

it('walks by keys, round the end, and starts anew with other words', async () => {
  render(<Rows />);
  const box = screen.getByRole('combobox', { name: 'Row' });
  const chosen = () => {
    const row = screen.queryByRole('option', { selected: true });
    expect(box.getAttribute('aria-activedescendant')).toBe(row?.id ?? null);
    return row?.textContent;
  };
  await userEvent.click(box);
  expect(chosen()).toBe('row 0');
  const steps: [string, string | undefined][] = [
    ['{ArrowUp}', 'row 11'],
    ['{ArrowDown}', 'row 0'],
    ['{PageDown}', 'row 8'],
    ['{PageDown}', 'row 11'],
    ['{PageUp}{ArrowUp}', 'row 2'],
    ['1', 'row 1'],
    ['{ArrowDown}{ArrowDown}', 'row 11'],
    ['1', 'row 11'],
    ['x', undefined],
  ];
  for (const [keys, row] of steps) {
    await userEvent.keyboard(keys);
    expect(chosen()).toBe(row);
  }
  expect(screen.getByText('None')).toBeTruthy();
  await userEvent.keyboard('{ArrowDown}{PageDown}{Enter}');
  expect(choose).not.toHaveBeenCalled();
  await userEvent.keyboard('{Backspace}{Shift>}{Enter}{/Shift}');
  expect(choose.mock.calls).toEqual([['row 11', true]]);
});
