import { describe, expect, it } from 'vitest';
import { readFile } from './file';

const file = (...parts: BlobPart[]) => new File(parts, 'flows.json');

describe('a file that is brought', () => {
  const flow = '[{"id":"a","type":"comment","name":"Zoë ✓"}]';

  it('is read as UTF-8, or as UTF-16 with a mark', async () => {
    const wide = Uint16Array.from([...`\ufeff${flow}`].map((c) => c.charCodeAt(0)));
    expect(await readFile(file(flow))).toEqual({ text: flow });
    expect(await readFile(file(wide))).toEqual({ text: flow });
  });

  it.each([
    ['nothing', file(), 'flows.json is empty.'],
    ['a picture', file(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0)), 'flows.json is not a flow file: it holds no text.'],
    ['zeros', file(new Uint8Array(20)), 'flows.json is not a flow file: it holds no text.'],
    ['more than the server takes', file(new Uint8Array(10 << 20)), 'flows.json has 10 MB. A flow file may have 5 MB.'],
  ])('is refused with %s in it', async (_, f, error) => {
    expect(await readFile(f)).toEqual({ error });
  });
});
