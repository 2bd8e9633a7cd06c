// Finds the texts in the sources: those that are translated, t('…'), tx('…'), en('…') and the titles of actions,
// and those that should be. As a program it tells the latter; `npm run lint` runs it.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseAst } from 'vite';

const here = join(import.meta.dirname, '..');
/** Attributes and properties that people read. */
const read =
  /^(label|title|aria-label|aria-description|aria-roledescription|placeholder|hint|heading|detail|what|empty|noun|alt)$/;
/** Functions whose text people read, and which argument it is. */
const told = { commit: 0, complain: 0, announce: 0, undoable: 0, adopt: 2, copy: 1 };
/** The same in all languages: names and code. */
const names =
  /^(Flowrill|JSON|JSONata|NAME|SHOP_NUMBER|kB|ms|is:|flow\.|global\.|env\.|payload|subflows|Flow …|array\[…\]|.*(msg\.|[{$^#]).*|[^\p{L}]*)$/u;

function* sources(dir) {
  for (const e of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, e.name);
    if (e.isDirectory()) {
      if (e.name !== 'test' && e.name !== 'lab') yield* sources(path);
    } else if (/\.tsx?$/.test(e.name) && !/\.(test|d)\.tsx?$/.test(e.name)) yield path;
  }
}

const childKeys = new Set(['type', 'start', 'end', 'typeAnnotation', 'typeArguments', 'returnType', 'typeParameters']);

function walk(node, visit, parents = []) {
  if (!node || typeof node !== 'object') return;
  if (Array.isArray(node)) {
    for (const n of node) walk(n, visit, parents);
    return;
  }
  if (node.type === 'ImportDeclaration' || /^TS(Type|Interface)/.test(node.type ?? '')) return;
  if (node.type) visit(node, parents);
  const inner = node.type ? [...parents, node] : parents;
  for (const key of Object.keys(node)) if (!childKeys.has(key)) walk(node[key], visit, inner);
}

/** What an expression may say as it stands: "a" of `x ? "a" : y`. */
function* literals(e) {
  if (!e) return;
  if (e.type === 'Literal' && typeof e.value === 'string') yield { node: e, text: e.value };
  else if (e.type === 'TemplateLiteral') yield { node: e, text: e.quasis.map((q) => q.value.cooked).join('…') };
  else if (e.type === 'ConditionalExpression') {
    yield* literals(e.consequent);
    yield* literals(e.alternate);
  } else if (e.type === 'LogicalExpression') {
    yield* literals(e.left);
    yield* literals(e.right);
  } else if (e.type === 'JSXExpressionContainer' || e.type === 'TSAsExpression') yield* literals(e.expression);
}

const nameOf = (key) => (key?.type === 'Identifier' ? key.name : key?.type === 'Literal' ? String(key.value) : '');
const property = (o, name) => o.properties.find((p) => p.type === 'Property' && nameOf(p.key) === name)?.value;
const isAction = (o) => o?.type === 'ObjectExpression' && property(o, 'id') && property(o, 'title');
const functions = /Function/;

function scan(root, found, fault) {
  for (const file of sources(join(root, 'src'))) {
    const code = readFileSync(file, 'utf8');
    const say = (node, text, more) => ({
      file: relative(root, file),
      line: code.slice(0, node.start).split('\n').length,
      text,
      ...more,
    });
    const bare = (node, text) => {
      if (!names.test(text.replaceAll(/\s+/g, ' ').trim()) && /\p{L}{2}/u.test(text))
        fault(say(node, text.trim(), { why: 'nobody translates this' }));
    };
    walk(parseAst(code, { lang: file.endsWith('x') ? 'tsx' : 'ts' }), (n, parents) => {
      const parent = parents.at(-1);
      if (n.type === 'CallExpression' && ['t', 'tx', 'en'].includes(n.callee.name)) {
        const [first, values] = n.arguments;
        const dynamic = first?.type !== 'Literal';
        if (dynamic) return;
        const given = values?.type === 'ObjectExpression' ? values : { properties: [] };
        const context = property(given, 'context')?.value;
        found(
          say(n, context ? `${first.value}_${context}` : first.value, { plural: Boolean(property(given, 'count')) }),
        );
        if (n.callee.name !== 'en' && !parents.some((p) => functions.test(p.type)))
          fault(say(n, first.value, { why: 'translated before the language is known' }));
      } else if (isAction(n)) {
        for (const name of ['title', 'section', 'words'])
          for (const l of literals(property(n, name))) {
            if (l.node.type === 'Literal') found(say(l.node, l.text, { plural: false }));
            else fault(say(l.node, l.text, { why: 'the title of an action is a text as it stands' }));
          }
      } else if (n.type === 'JSXText') bare(n, n.value);
      else if (n.type === 'JSXAttribute' && read.test(n.name.name))
        for (const l of literals(n.value)) bare(l.node, l.text);
      else if (n.type === 'JSXExpressionContainer' && parent?.type === 'JSXElement')
        for (const l of literals(n)) bare(l.node, l.text);
      else if (n.type === 'Property' && read.test(nameOf(n.key)) && !isAction(parent))
        for (const l of literals(n.value)) bare(l.node, l.text);
      else if (n.type === 'CallExpression' && n.callee.name in told)
        for (const l of literals(n.arguments[told[n.callee.name]])) bare(l.node, l.text);
    });
  }
}

export function texts(root = here) {
  const all = [];
  scan(
    root,
    (f) => all.push(f),
    () => {},
  );
  return all;
}

export function faults(root = here) {
  const all = [];
  scan(
    root,
    () => {},
    (f) => all.push(f),
  );
  return all;
}

if (process.argv[1] === import.meta.filename) {
  const all = faults();
  for (const f of all) console.error(`${f.file}:${f.line}: ${f.why}: ${f.text}`);
  if (all.length > 0) process.exit(1);
}
