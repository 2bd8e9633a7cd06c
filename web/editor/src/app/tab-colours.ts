/** The colours a flow can have, as a line at its tab. */
import { en, t } from '../i18n';
import { commit, docStore } from '../model/doc-store';
import { colourTab, tabColour } from '../model/ops/tabs';
import type { Id } from '../model/types';
import type { Item } from '../ui';
import { openMenu } from '../ui/menu-store';

/** Seen well on light and on dark. */
export const tabColours: readonly [colour: string, name: string][] = [
  ['#dc2626', en('Red')],
  ['#ea580c', en('Orange')],
  ['#ca8a04', en('Yellow')],
  ['#16a34a', en('Green')],
  ['#0d9488', en('Teal')],
  ['#2563eb', en('Blue')],
  ['#9333ea', en('Purple')],
  ['#64748b', en('Grey')],
];

/** No colour and all there are; the one a flow has is ticked. */
export function colourItems(id: Id): Item[] {
  const flow = docStore.getState().doc.tabs[id];
  if (!flow) return [];
  const now = tabColour(flow).toLowerCase();
  const item = (colour: string, name: string): Item => ({
    label: t(name),
    swatch: colour || 'transparent',
    checked: now === colour,
    radio: true,
    run: () => {
      if (now !== colour) commit(t('Colour of the flow'), (d) => colourTab(d, id, colour));
    },
  });
  return [item('', en('No colour')), ...tabColours.map(([colour, name]) => item(colour, name))];
}

/** Asks for the colour, below the flow's tab. */
export function chooseColour(id: Id): void {
  const tab = document.getElementById(`tab-${id}`);
  if (tab) openMenu({ anchor: tab, from: tab, items: () => colourItems(id), label: t('Colour of the flow') });
}
