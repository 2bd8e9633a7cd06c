import { beforeEach, describe, expect, it } from 'vitest';
import { begin, bringBack, draftOf, draftStore, edit, kept } from '../../forms/drafts';
import { recordOf } from '../../forms/host';
import { decode } from '../../model/codec';
import { docStore, load } from '../../model/doc-store';
import { setNodeTypes } from '../../model/schema';
import type { Rec } from '../../model/types';
import { refAt, take } from './refs';
import { save } from './save';

const ref = (aliases: string[] = []) => ({ type: 'string', format: 'ref', 'x-ui': { ref: 'vonage', aliases } });
const now = (id: string): Rec => draftOf(id)?.rec ?? recordOf(docStore.getState().doc, id)!;
/** reload is what a page that is loaded again has of the drafts. */
function reload(): void {
  const all = structuredClone(kept());
  draftStore.setState({ drafts: {} });
  bringBack(all);
}
/** make is Done in the form of a new one. */
function make(id: string): boolean {
  const asked = draftOf(id)?.asked;
  save(id);
  return asked !== undefined && take(asked, id);
}

beforeEach(() => {
  localStorage.clear();
  draftStore.setState({ drafts: {} });
  setNodeTypes([
    {
      type: 'send-sms',
      aliases: ['sendsms'],
      category: 'messaging',
      schema: { type: 'object', properties: { vonage: ref(['creds']) } },
    },
    {
      type: 'routes',
      category: 'function',
      schema: {
        type: 'object',
        properties: {
          rules: { type: 'array', items: { type: 'object', properties: { t: { type: 'string' }, account: ref() } } },
        },
      },
    },
    { type: 'vonage', category: 'config', schema: { type: 'object', properties: { proxy: ref() } } },
  ]);
  load(
    decode([
      { id: 't', type: 'tab', label: 'Flow' },
      { id: 'sms', type: 'send-sms', z: 't', vonage: '', x: 1, y: 1, wires: [[]] },
      { id: 'old', type: 'sendsms', z: 't', creds: 'v1', x: 1, y: 1, wires: [[]] },
      { id: 'routes', type: 'routes', z: 't', rules: [{ t: 'a' }, { t: 'b' }], x: 1, y: 1, wires: [[]] },
      { id: 'v1', type: 'vonage', name: 'First' },
    ]),
  );
});

const ask = (id: string, owner: string, path: string, name = 'Mine') =>
  begin({ id, type: 'vonage', name }, { owner, path, was: refAt(owner, path) });
/** A name is typed: a new one with nothing in it is not kept. */
const type = (id: string, name = 'Shop') =>
  edit(
    id,
    () => ({}),
    (r) => ({ ...r, name }),
  );

describe('a new config node', () => {
  it('goes into the field that asked for it', () => {
    ask('new', 'sms', 'vonage');
    expect(make('new')).toBe(true);
    expect(now('sms')['vonage']).toBe('new');
    expect(now('new')).toMatchObject({ type: 'vonage', name: 'Mine' });
  });

  it('does so after the page was loaded again', () => {
    ask('new', 'sms', 'vonage');
    type('new');
    reload();
    expect(draftOf('new')?.rec['name']).toBe('Shop');
    expect(make('new')).toBe(true);
    expect(now('sms')['vonage']).toBe('new');
  });

  it('takes the place of the one that was chosen, under the name that the file has', () => {
    ask('new', 'old', 'vonage');
    make('new');
    expect(now('old')).toMatchObject({ creds: 'new' });
    expect(now('old')).not.toHaveProperty('vonage');
  });

  it('leaves a field alone that has another by now', () => {
    ask('new', 'sms', 'vonage');
    type('new');
    reload();
    edit(
      'sms',
      () => now('sms'),
      (r) => ({ ...r, vonage: 'v1' }),
    );
    expect(make('new')).toBe(true);
    expect(now('sms')['vonage']).toBe('v1');
  });

  it('finds the row that asked for it', () => {
    ask('new', 'routes', 'rules[1].account');
    make('new');
    expect(now('routes')['rules']).toEqual([{ t: 'a' }, { t: 'b', account: 'new' }]);
  });

  it('is made though nobody is there any more that asked for it', () => {
    ask('new', 'gone', 'vonage');
    expect(make('new')).toBe(false);
    expect(now('new')['name']).toBe('Mine');
  });

  it('may be asked for by another new one, which is then kept, empty as it is', () => {
    ask('outer', 'sms', 'vonage');
    ask('inner', 'outer', 'proxy');
    type('inner');
    reload();
    expect(Object.keys(draftStore.getState().drafts).sort()).toEqual(['inner', 'outer']);
    make('inner');
    expect(now('outer')['proxy']).toBe('inner');
    make('outer');
    expect(now('sms')['vonage']).toBe('outer');
  });
});
