import icons from 'virtual:icons';
import { createStore } from 'zustand/vanilla';

/** Shapes of icons, 24×24, stroke 2, round. `version` counts when more have come. */
export const iconStore = createStore<{ version: number }>(() => ({ version: 0 }));

let table: Record<string, IconShapes> = icons;
/** Names that Lucide does not know, or not any more. */
const others: Record<string, string> = {
  message: 'message-square',
  fingerprint: 'fingerprint-pattern',
  help: 'circle-help',
};

let asked = false;

/**
 * The shapes of a Lucide icon. One that is not in the first load is fetched with all others: until then there is
 * the one to fall back on.
 */
export function iconShapes(name: string, fallback = 'box'): IconShapes {
  const known = table[name] ?? table[others[name] ?? ''];
  if (known) return known;
  if (!asked) {
    asked = true;
    import('virtual:icons/all').then(
      (m) => {
        table = { ...m.default, ...icons };
        iconStore.setState((s) => ({ version: s.version + 1 }));
      },
      () => {
        asked = false;
      },
    );
  }
  return table[fallback] ?? [];
}
