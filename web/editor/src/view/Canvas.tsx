import type { Id } from '../model/types';

/** The canvas of one tab. */
export function Canvas({ tab }: { tab: Id }) {
  return <div role="application" aria-label="Flow canvas" data-tab={tab} data-canvas="" />;
}
