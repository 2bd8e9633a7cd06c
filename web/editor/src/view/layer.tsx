/** Layer 2: the nodes that are elements now. */
import { useSyncExternalStore } from 'react';
import type { FlowView } from './flow-view';
import { NodeView } from './node-view';

export function Layer({ view }: { view: FlowView }) {
  const nodes = useSyncExternalStore(view.near.subscribe, view.near.get);
  return (
    <div className="cv-layer" aria-hidden="true">
      {nodes.map((n) => (
        <NodeView key={n.id} node={n} near={view.near} />
      ))}
    </div>
  );
}
