import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import { part } from './part';

afterEach(() => {
  cleanup();
  vi.restoreAllMocks(); // what React says of errors that are caught
});

it('says that its files did not come, and shows it when they do', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  let away = true;
  const load = vi.fn(async () => {
    if (away) throw new TypeError('Failed to fetch');
    return { default: ({ name }: { name: string }) => <p>Hello {name}</p> };
  });
  const Greeting = part<{ name: string }>('The greeting', load);
  render(<Greeting name="Ada" />);
  expect(await screen.findByText('The greeting could not be fetched')).toBeTruthy();
  const again = screen.getByRole('button', { name: 'Try again' });
  await userEvent.click(again);
  expect(await screen.findByText('The greeting could not be fetched')).toBeTruthy();
  away = false;
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByText('Hello Ada')).toBeTruthy();
  expect(load).toHaveBeenCalledTimes(3);
});

it('does not take a fault of its own for missing files, and fetches nothing twice', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  let broken = true;
  const load = vi.fn(async () => ({
    default: () => {
      if (broken) throw new Error('no such row');
      return <p>Rows</p>;
    },
  }));
  const Table = part('The table', load);
  render(<Table />);
  expect(await screen.findByText('The table stopped working')).toBeTruthy();
  expect(screen.getByText('no such row')).toBeTruthy();
  broken = false;
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByText('Rows')).toBeTruthy();
  expect(load).toHaveBeenCalledTimes(1);
});

it('is drawn at once when it was fetched ahead', async () => {
  const Clock = part('The clock', async () => ({ default: () => <p>Noon</p> }), { wait: <p>Wait</p> });
  await Clock.fetch();
  const { container } = render(<Clock />);
  expect(container.textContent).toBe('Noon');
});
