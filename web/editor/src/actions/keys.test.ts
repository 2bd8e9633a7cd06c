import { afterEach, describe, expect, it, vi } from 'vitest';
import { chordOf, listen, normalise } from './keys';
import { keymap, register } from './registry';

const key = (init: KeyboardEventInit) => new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init });

describe('chords', () => {
  it('are written one way', () => {
    expect(chordOf(key({ key: 'z', code: 'KeyZ', ctrlKey: true }))).toBe('Mod+Z');
    expect(chordOf(key({ key: 'Z', code: 'KeyZ', ctrlKey: true, shiftKey: true }))).toBe('Mod+Shift+Z');
    expect(chordOf(key({ key: '?', code: 'Slash', shiftKey: true }))).toBe('?');
    expect(chordOf(key({ key: 'ArrowLeft', code: 'ArrowLeft', altKey: true }))).toBe('Alt+Left');
    expect(chordOf(key({ key: 'Shift', code: 'ShiftLeft', shiftKey: true }))).toBe('');
    expect(normalise('Shift+Mod+z')).toBe('Mod+Shift+Z');
    expect(normalise('+')).toBe('+');
  });
});

describe('listening', () => {
  let off = () => {};
  afterEach(() => {
    off();
    document.body.replaceChildren();
    keymap.setState({ own: {}, letters: true });
  });

  it('runs an action by its key, but no canvas key inside a field', () => {
    const run = vi.fn();
    const global = vi.fn();
    const un = register(
      { id: 'x', title: 'X', keys: 'L', canvas: true, run },
      { id: 'y', title: 'Y', keys: 'Mod+K', inFields: true, run: global },
    );
    const stop = listen();
    off = () => {
      un();
      stop();
    };
    const input = document.createElement('input');
    document.body.append(input);
    input.dispatchEvent(key({ key: 'l', code: 'KeyL' }));
    expect(run).not.toHaveBeenCalled();
    input.dispatchEvent(key({ key: 'k', code: 'KeyK', ctrlKey: true }));
    expect(global).toHaveBeenCalledTimes(1);
    document.body.dispatchEvent(key({ key: 'l', code: 'KeyL' }));
    expect(run).toHaveBeenCalledTimes(1);
    keymap.setState({ letters: false });
    document.body.dispatchEvent(key({ key: 'l', code: 'KeyL' }));
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('takes the keys that people chose', () => {
    const run = vi.fn();
    const un = register({ id: 'x', title: 'X', keys: 'Mod+D', run });
    const stop = listen();
    off = () => {
      un();
      stop();
    };
    keymap.setState({ own: { x: 'Alt+Q' } });
    document.body.dispatchEvent(key({ key: 'd', code: 'KeyD', ctrlKey: true }));
    expect(run).not.toHaveBeenCalled();
    document.body.dispatchEvent(key({ key: 'q', code: 'KeyQ', altKey: true }));
    expect(run).toHaveBeenCalledTimes(1);
  });
});
