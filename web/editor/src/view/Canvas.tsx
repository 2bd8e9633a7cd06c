import { useEffect, useRef, useState } from 'react';
import { can } from '../actions/registry';
import { session } from '../app/session';
import { t } from '../i18n';
import type { Id } from '../model/types';
import { ContextMenu, type Item } from '../ui';
import { A11yTree } from './a11y-tree';
import { registerActions } from './actions';
import './canvas.css';
import { asks, current } from './canvas-view';
import { FlowView } from './flow-view';
import { LiveFeed } from './live-feed';
import { Minimap } from './minimap';
import { Pointer } from './pointer';
import { PortValues } from './port-values';
import { Presence } from './presence';
import { Tooltip } from './tooltip';

/** The canvas of one tab. */
export function Canvas({ tab }: { tab: Id }) {
  const [view] = useState(() => new FlowView());
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const el = root.current!;
    view.mount(el);
    current.view = view;
    const parts = [
      new Pointer(view),
      new Tooltip(view),
      new PortValues(view),
      new Minimap(view),
      new LiveFeed(view),
      new Presence(view),
    ];
    const off = registerActions(view);
    return () => {
      off();
      for (const p of parts) p.destroy();
      view.destroy();
      if (current.view === view) current.view = null;
    };
  }, [view]);
  useEffect(() => view.setTab(tab), [view, tab]);
  return (
    <ContextMenu items={() => possible(menu(view))}>
      <div
        ref={root}
        className="cv-root"
        role="application"
        aria-label={t('Flow canvas')}
        aria-describedby="cv-help"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: an application takes the keyboard
        tabIndex={0}
        data-canvas=""
        data-tab={tab}
      >
        <A11yTree view={view} tab={tab} />
      </div>
    </ContextMenu>
  );
}

// What cannot be done now is left out, and the lines around it.
function possible(items: Item[]): Item[] {
  const kept = items.filter((i) => typeof i !== 'string' || i === '-' || can(i));
  return kept.filter((i, at) => i !== '-' || (at > 0 && at < kept.length - 1 && kept[at - 1] !== '-'));
}

/** What can be done with what is under the pointer. Actions that are not there leave no gap. */
function menu(view: FlowView): Item[] {
  const { nodes, wires, groups } = session.getState().selection;
  if (wires.size > 0 && nodes.size === 0) return ['canvas.junction', '-', 'canvas.remove'];
  if (nodes.size + groups.size === 0) {
    const at = view.menuAt ?? { x: 0, y: 0 };
    const add: Item = {
      label: t('Add a node…'),
      icon: 'plus',
      chord: '/',
      disabled: view.locked,
      run: () => asks.quickAdd?.({ at: view.at(at.x, at.y), client: at }),
    };
    const inside: Item[] = view.scene.subflow
      ? ['-', 'subflow.add-input', 'subflow.add-output', 'subflow.add-status']
      : [];
    return [add, 'edit.paste', ...inside, '-', 'canvas.select-all', 'canvas.fit', 'canvas.zoom-100'];
  }
  const group: Item[] = groups.size > 0 ? ['canvas.ungroup'] : [];
  return [
    ...['canvas.open', 'canvas.rename', 'canvas.wire', 'canvas.debug-here', 'subflow.open'],
    '-',
    ...['edit.cut', 'edit.copy', 'edit.paste', 'edit.duplicate'],
    '-',
    ...['canvas.group', ...group, 'subflow.create', 'subflow.unpack', 'canvas.link', 'canvas.toggle-enabled'],
    '-',
    ...['canvas.remove', 'canvas.remove-heal'],
  ] as Item[];
}
