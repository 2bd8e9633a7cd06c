// @vitest-environment node
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const src = join(import.meta.dirname, '..');

interface Import {
  file: string;
  /** A file of ours, from src; of a library its name. */
  what: string;
  ours: boolean;
}

const everything = readdirSync(src, { recursive: true, encoding: 'utf8' }) as string[];
const files = everything
  .filter((f) => /\.tsx?$/.test(f) && !/\.(test|d)\.tsx?$/.test(f))
  .filter((f) => !f.startsWith('test/') && !f.startsWith('forms/lab/')) // for development only
  .sort();

const imports: Import[] = files.flatMap((file) => {
  const text = readFileSync(join(src, file), 'utf8');
  return [...text.matchAll(/(?:from|\bimport\(?) ?'([^']+)'/g)].map(([, name = '']) => {
    const ours = name.startsWith('.');
    return { file, ours, what: ours ? relative(src, join(src, dirname(file), name)) : name };
  });
});

/** "features/debug" of features/debug/filter.ts, "model" of model/ops/nodes.ts. */
const part = (path: string): string => path.split('/', path.startsWith('features/') ? 2 : 1).join('/');

const breaches = (meant: (i: Import) => boolean, allowed: (i: Import) => boolean): string[] =>
  imports.filter((i) => meant(i) && !allowed(i)).map((i) => `${i.file} imports ${i.what}`);

const from =
  (...parts: string[]) =>
  (i: Import) =>
    !i.ours || parts.includes(part(i.what)) || part(i.what) === part(i.file);

describe('who imports whom', () => {
  it('is looked at everywhere', () => {
    expect(files.length).toBeGreaterThan(150);
    expect(imports).toContainEqual({ file: 'main.tsx', ours: true, what: 'app/App' });
    expect(imports).toContainEqual({ file: 'app/Dialogs.tsx', ours: true, what: 'features/help/HelpDialog' });
  });

  it('the model knows neither React nor anything but the words', () => {
    const model = (i: Import) => part(i.file) === 'model';
    expect(breaches(model, from('i18n'))).toEqual([]);
    expect(breaches(model, (i) => i.ours || ['immer', 'zustand/vanilla'].includes(i.what))).toEqual([]);
  });

  it('what is live and the network know no faces', () => {
    expect(breaches((i) => part(i.file) === 'live', from('model', 'net', 'i18n'))).toEqual([]);
    expect(breaches((i) => part(i.file) === 'net', from('model', 'live', 'i18n'))).toEqual([]);
    expect(breaches((i) => part(i.file) === 'actions', from('i18n'))).toEqual([]);
    expect(breaches((i) => part(i.file) === 'ui', from('model', 'actions', 'i18n'))).toEqual([]);
  });

  it('a feature never imports another', () => {
    const feature = (i: Import) => i.file.startsWith('features/');
    const below = from('app', 'view', 'forms', 'ui', 'live', 'net', 'model', 'actions', 'i18n');
    expect(breaches(feature, below)).toEqual([]);
  });

  it('canvas and forms import no feature, and of the shell only its stores', () => {
    const stores = ['app/session', 'app/prefs', 'app/nonce'];
    const below = from('forms', 'view', 'ui', 'live', 'net', 'model', 'actions', 'i18n');
    const either = (i: Import) => ['view', 'forms'].includes(part(i.file));
    expect(breaches(either, (i) => stores.includes(i.what) || below(i))).toEqual([]);
  });

  it('React draws only the near nodes and the tree of the canvas', () => {
    const drawn = ['view/Canvas.tsx', 'view/layer.tsx', 'view/node-view.tsx', 'view/a11y-tree.tsx'];
    const canvas = (i: Import) => part(i.file) === 'view' && !drawn.includes(i.file);
    expect(breaches(canvas, (i) => !/^react\b/.test(i.what))).toEqual([]);
  });
});

describe('files', () => {
  it('have at most 300 lines', () => {
    const styles = everything.filter((f) => f.endsWith('.css'));
    const long = [...files, ...styles].filter((f) => readFileSync(join(src, f), 'utf8').split('\n').length > 301);
    expect(long).toEqual([]);
  });
});
