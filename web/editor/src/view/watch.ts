/** Which ports and wires someone looks at: the server tells of those only. */
import { socket } from '../net/live';

const wanted = new Map<string, number>();

function tell(): void {
  if (wanted.size === 0) socket.protocol.unsubscribe('values');
  else socket.protocol.subscribe('values', { ports: [...wanted.keys()] });
}

/** Wants the last message at these ports (`node:0`, `node:in`) until the answer is called. */
export function watchValues(ports: readonly string[]): () => void {
  for (const p of ports) wanted.set(p, (wanted.get(p) ?? 0) + 1);
  tell();
  let on = true;
  return () => {
    if (!on) return;
    on = false;
    for (const p of ports) {
      const n = (wanted.get(p) ?? 1) - 1;
      if (n > 0) wanted.set(p, n);
      else wanted.delete(p);
    }
    tell();
  };
}

/** Wants to know what goes over the wires of this flow, and of no other. */
export const watchActivity = (flow: string): void => socket.protocol.subscribe('activity', { flows: [flow] });
