/** Where a message that got no reply stayed, as far as the wires of the open flow tell. */
import { t } from '../../i18n';
import { activity } from '../../live';
import { labelOf } from '../../model/schema';
import { type FlowDoc, type Id, type NodeRec, type WireId, wireParts } from '../../model/types';

/** How many messages had gone over each wire at some time. */
export type Counts = ReadonlyMap<string, number>;

export const counts = (): Counts => new Map([...activity.entries()].map(([wire, a]) => [wire, a.count]));

/** The node that messages have reached since then and left by none of its wires: a switch before others, else the last. */
function stayedAt(doc: FlowDoc, since: Counts): NodeRec | undefined {
  const moved = [...activity.entries()]
    .filter(([wire, a]) => a.count > (since.get(wire) ?? 0))
    .map(([wire, a]) => ({ ...wireParts(wire as WireId), at: a.at }));
  const left = new Set(moved.map((m) => m.source));
  const rank = (id: Id) => (doc.nodes[id]?.type === 'switch' ? 0 : 1);
  const [last] = moved
    .filter((m) => !left.has(m.target) && doc.nodes[m.target]?.wires.some((ends) => ends.length > 0))
    .sort((a, b) => rank(a.target) - rank(b.target) || b.at - a.at);
  return last && doc.nodes[last.target];
}

/** What the phone says of it, and the node that is about. */
export function noReply(doc: FlowDoc, since: Counts): { text: string; node?: Id; name?: string } {
  const at = stayedAt(doc, since);
  if (!at) return { text: t('No reply yet. Look at the debug panel to see how far the message came.') };
  const name = labelOf(at, doc);
  // A rule that is met may lead nowhere.
  const unmet = at.type === 'switch' && at.wires.every((ends) => ends.length > 0);
  const text = unmet
    ? t('No reply: stopped at {{name}} (no branch matched).', { name })
    : t('No reply: stopped at {{name}}.', { name });
  return { text, node: at.id, name };
}
