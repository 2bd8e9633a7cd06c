import { render } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { speak } from '.';
import { tx } from './rich';

afterEach(() => speak('en'));

const press = () =>
  render(<p>{tx('or press {{key}} to add any node, or drag one from the palette', { key: <kbd>/</kbd> })}</p>);

describe('a text with elements', () => {
  it('has each in its place, whatever the language makes of the sentence', async () => {
    expect(press().container.innerHTML).toBe(
      '<p>or press <kbd>/</kbd> to add any node, or drag one from the palette</p>',
    );
    await speak('de');
    expect(press().container.innerHTML).toBe(
      '<p>oder mit <kbd>/</kbd> einen Node hinzufügen oder einen aus der Palette ziehen</p>',
    );
  });

  it('takes values for what they are', () => {
    const { container } = render(
      <p>
        {tx('Flowrill has no node of type {{type}}. It does nothing, and keeps all it has.', {
          type: <code>{'<b>{{type}}</b>'}</code>,
        })}
      </p>,
    );
    expect(container.querySelector('code')?.textContent).toBe('<b>{{type}}</b>');
    expect(container.querySelector('b')).toBeNull();
  });
});
