/** <<expression>> and {{path}} as chips. */
import {
  Decoration,
  type DecorationSet,
  type EditorView,
  MatchDecorator,
  ViewPlugin,
  type ViewUpdate,
} from '@codemirror/view';

const chip = { expr: Decoration.mark({ class: 'cm-hole' }), path: Decoration.mark({ class: 'cm-hole cm-hole-path' }) };
const edge = Decoration.mark({ class: 'cm-hole-edge' });

const decorator = new MatchDecorator({
  regexp: /<<.*?>>|\{\{\{?.*?\}?\}\}/g,
  decorate: (add, from, to, m) => {
    const size = m[0].startsWith('{{{') ? 3 : 2;
    add(from, to, m[0].startsWith('<') ? chip.expr : chip.path);
    add(from, from + size, edge);
    if (to - from >= 2 * size) add(to - size, to, edge);
  },
});

export const holes = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    constructor(view: EditorView) {
      this.decorations = decorator.createDeco(view);
    }
    update(u: ViewUpdate) {
      this.decorations = decorator.updateDeco(u, this.decorations);
    }
  },
  { decorations: (v) => v.decorations },
);
