import { createStore } from 'zustand/vanilla';
import type { Place } from '../../app/add';
import { useSession } from '../../app/session';
import { docStore } from '../../model/doc-store';
import { outputsOf } from '../../model/schema';
import { current } from '../../view/canvas-view';

export interface QuickAddRequest extends Place {
  /** Anywhere near the place will do: nothing is covered. */
  near?: boolean;
  /** Nobody asked for the wire: the new one follows what is selected, if it can. */
  guessed?: boolean;
  /** Where it opens, in the window. */
  client: { x: number; y: number };
}

export const quickAddStore = createStore<{ wanted: QuickAddRequest | null }>(() => ({ wanted: null }));

const step = 200;

/** Opens quick-add at a place; without one after the selected node, else in the middle of the view. */
export function openQuickAdd(wanted?: QuickAddRequest): void {
  if (wanted) {
    quickAddStore.setState({ wanted });
    return;
  }
  const { doc } = docStore.getState();
  const { nodes } = useSession.getState().selection;
  const only = nodes.size === 1 ? doc.nodes[[...nodes][0] ?? ''] : undefined;
  const stage = document.querySelector('.stage')?.getBoundingClientRect();
  const client = {
    x: (stage?.left ?? 0) + (stage?.width ?? 600) / 2 - 220,
    y: (stage?.top ?? 0) + Math.min(120, (stage?.height ?? 400) / 4),
  };
  if (only?.x !== undefined && only.y !== undefined && outputsOf(only, doc) > 0) {
    const free = only.wires.findIndex((w) => w.length === 0);
    quickAddStore.setState({
      wanted: {
        near: true,
        guessed: true,
        client,
        at: { x: only.x + step, y: only.y + (free > 0 ? free * 40 : 0) },
        from: { id: only.id, port: Math.max(0, free), side: 'out' },
      },
    });
    return;
  }
  const after =
    only?.x !== undefined && only.y !== undefined
      ? { x: only.x, y: only.y + 60 }
      : (current.view?.toFlow?.() ?? { x: 300, y: 200 });
  quickAddStore.setState({ wanted: { near: true, client, at: after } });
}
