import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fieldsOf, portsField, segmented, spaced } from './schema';
import { validate } from './validate';

// The engine's own golden schema: what it publishes is what forms are drawn from.
const golden = JSON.parse(readFileSync('../../engine/node/testdata/send-sms.json', 'utf8'));

describe('fields', () => {
  it('are those of the schema, in its order', () => {
    const fields = fieldsOf(golden.schema);
    expect(fields.map((f) => [f.key, f.kind, f.label, f.required])).toEqual([
      ['vonage', 'ref', 'Vonage', true],
      ['from', 'template', 'From', true],
      ['to', 'template', 'To', true],
      ['text', 'template', 'Text', true],
      ['encoding', 'enum', 'Encoding', false],
    ]);
    expect(fields[0]).toMatchObject({ aliases: ['creds'], ui: { ref: 'vonage' } });
    expect(fields[3]?.widget).toBe('sms');
    expect(golden.inbox).toBe(true);
  });

  it('offer a value of an enum only where it makes sense', () => {
    const [channel, kind] = fieldsOf({
      type: 'object',
      properties: {
        channel: { type: 'string', enum: ['mms', 'rcs'], default: 'rcs' },
        kind: { type: 'string', enum: ['text', 'vcard'], 'x-ui': { enumWhen: { vcard: "channel == 'mms'" } } },
      },
    });
    expect(channel?.offers).toBeUndefined();
    expect(kind?.offers?.({}, 'text')).toBe(true);
    expect(kind?.offers?.({}, 'vcard')).toBe(false);
    expect(kind?.offers?.({ channel: 'mms' }, 'vcard')).toBe(true);
  });

  it('know every kind', () => {
    const kinds = fieldsOf({
      type: 'object',
      properties: {
        maxBody: { type: 'integer' },
        on: { type: 'boolean' },
        every: { type: 'string', format: 'duration' },
        body: { type: 'string', format: 'code', 'x-ui': { language: 'javascript' } },
        word: { type: 'string' },
        v: { format: 'typed', 'x-ui': { types: ['msg'] } },
        key: { type: 'string', format: 'secret' },
        rules: {
          type: 'array',
          items: { type: 'object', properties: { t: { type: 'string' } } },
          'x-ui': { ports: 'each' },
        },
        ids: { type: 'array', items: { type: 'string' } },
        headers: { type: 'object', additionalProperties: { type: 'string', format: 'template' } },
        any: { format: 'json' },
      },
    });
    expect(kinds.map((f) => f.kind)).toEqual([
      'number',
      'switch',
      'duration',
      'code',
      'text',
      'typed',
      'secret',
      'rows',
      'list',
      'names',
      'json',
    ]);
    expect(kinds[0]?.label).toBe('Max body');
    expect(kinds.find((f) => f.key === 'rules')?.rows.map((f) => f.key)).toEqual(['t']);
    expect(kinds.find((f) => f.key === 'headers')?.item?.kind).toBe('template');
    expect(portsField(kinds)?.key).toBe('rules');
  });

  it('have words for names', () => {
    expect(spaced('skipBodyParsing')).toBe('Skip body parsing');
    expect(spaced('per-second_rate')).toBe('Per second rate');
  });

  it('are buttons only if they fit', () => {
    const of = (options: string[], width?: number) =>
      fieldsOf({
        type: 'object',
        properties: { a: { type: 'string', enum: options, ...(width ? { 'x-ui': { width } } : {}) } },
      })[0]!;
    expect(segmented(of(['auto', 'text', 'unicode']))).toBe(true);
    expect(segmented(of(['auto', 'text', 'unicode'], 4))).toBe(false);
    expect(segmented(of(['a', 'b', 'c', 'd', 'e']))).toBe(false);
  });
});

describe('what is wrong', () => {
  const wrong = (raw: Record<string, never> | object) =>
    validate(golden.schema, raw as never).map((p) => `${p.property}: ${p.message}`);

  it('is what is required and not there, under any of its names', () => {
    expect(wrong({})).toEqual([
      'vonage: Vonage is required.',
      'from: From is required.',
      'to: To is required.',
      'text: Text is required.',
    ]);
    expect(wrong({ creds: 'v1', fr: '1', to: '2', text: ' ' })).toEqual(['text: Text is required.']);
  });

  it('is a hole that does not end', () => {
    const full = { creds: 'v1', fr: '1', to: '<<msg.a>> <<msg.b', text: '<<"a>>"<<' };
    expect(wrong(full)).toEqual(['to: A << without >>.', 'text: A << without >>.']);
  });

  it('is what an enum does not have, but not a variable', () => {
    const full = { creds: 'v1', fr: '1', to: '2', text: 'hi' };
    expect(wrong({ ...full, encoding: 'utf' })).toEqual(['encoding: “utf” is none of the choices.']);
    expect(wrong({ ...full, encoding: '${ENC}' })).toEqual([]);
  });

  const schema = fieldsSchema();
  it.each<[object, string[]]>([
    [{ n: '5' }, []],
    [{ n: 5.5 }, ['“5.5” is not a whole number.']],
    [{ n: 'x' }, ['“x” is not a number.']],
    [{ n: '11' }, ['Count goes from 0 to 10.']],
    [{ n: '' }, []],
    [{ d: '10s' }, []],
    [{ d: '250ms' }, []],
    [{ d: 0.1 }, []],
    [{ h: '24' }, []],
    [{ h: 0.01 }, ['Hours must be at least 60 seconds.']],
    [{ h: '30s' }, []], // with a unit of its own it is the server's to judge
    [{ d: 'soon' }, ['“soon” is not a duration such as 10s or 250ms.']],
    [{ b: 'maybe' }, ['“maybe” is neither true nor false.']],
    [{ b: 'TRUE' }, []],
    [{ hidden: 'x', mode: 'a' }, []],
    [{ hidden: 'x', mode: 'b' }, ['“x” is not a number.']],
    [
      {
        rules: [
          { v: '1', vt: 'num' },
          { v: 'x', vt: 'num' },
        ],
      },
      ['“x” is not a number.'],
    ],
    [{ rules: [{ v: '{', vt: 'json' }] }, [expect.stringMatching(/^Not JSON/) as never]],
    [{ rules: [{ v: 'a[0', vt: 'msg' }] }, ['A [ without ].']],
    [{ rules: [{ v: 'a', vt: 'odd' }] }, []], // the engine may read it in an older way
    [{ rules: 'no' }, ['“no” is not a list.']],
  ])('of %j', (raw, want) => {
    expect(validate(schema, raw as never).map((p) => p.message)).toEqual(want);
  });

  it('names the place in a table', () => {
    expect(validate(schema, { rules: [{}, { v: 'x', vt: 'num' }] })).toEqual([
      { property: 'rules[1].v', message: '“x” is not a number.' },
    ]);
  });

  it('takes a secret of the server for there', () => {
    const secret = {
      type: 'object',
      required: ['key'],
      properties: { key: { type: 'string', format: 'secret', 'x-ui': { label: 'Key' } } },
    };
    expect(validate(secret, {})).toHaveLength(1);
    expect(validate(secret, {}, () => true)).toEqual([]);
    expect(validate(secret, { credentials: { key: '' } }, () => true)).toHaveLength(1);
    expect(validate(secret, { credentials: { key: 'x' } })).toEqual([]);
  });
});

function fieldsSchema() {
  return {
    type: 'object',
    properties: {
      n: { type: 'integer', minimum: 0, maximum: 10, 'x-ui': { label: 'Count' } },
      d: { type: 'string', format: 'duration' },
      h: { type: 'string', format: 'duration', minimum: 60, 'x-ui': { label: 'Hours', unit: 'h' } },
      b: { type: 'boolean' },
      mode: { type: 'string', enum: ['a', 'b'], default: 'a' },
      hidden: { type: 'number', 'x-ui': { when: "mode == 'b'" } },
      rules: {
        type: 'array',
        items: {
          type: 'object',
          properties: { v: { format: 'typed', 'x-ui': { typeKey: 'vt', types: ['str', 'num', 'json', 'msg'] } } },
        },
      },
    },
  };
}
