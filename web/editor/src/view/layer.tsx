/** Layer 2: the nodes that are elements now, in the order in which they are read. */
import { type ReactNode, useMemo, useSyncExternalStore } from 'react';
import type { FlowView } from './flow-view';
import { inOrder } from './focus';
import { NodeView } from './node-view';

export function Layer({ view, children }: { view: FlowView; children?: ReactNode }) {
  const nodes = useSyncExternalStore(view.near.subscribe, view.near.get);
  const ordered = useMemo(() => inOrder(nodes), [nodes]);
  return (
    <div className="cv-layer">
      {ordered.map((n) => (
        <NodeView key={n.id} node={n} near={view.near} />
      ))}
      {children}
    </div>
  );
}
