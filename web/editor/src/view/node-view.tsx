/** One node as an element of the page. Place and state are written to it by Looks; React draws what it is made of. */
import { type HTMLAttributes, memo, useLayoutEffect, useRef } from 'react';
import { session } from '../app/session';
import { portColor } from '../forms/rules/colors';
import { statuses, useKeyed } from '../live';
import { portOffset } from '../model/geometry';
import type { Id } from '../model/types';
import { Icon } from '../ui';
import { itemId } from './focus';
import type { Near } from './near';
import type { SceneNode } from './scene';
import { statusLook } from './status';

const nameOf = (n: SceneNode): string => `${n.label}, ${n.type.replace(/ /g, '-')}`;

/** What makes an element the item of a node: it can be found by its name, selected and focused. */
export const itemOf = (n: SceneNode): HTMLAttributes<HTMLElement> & { 'data-item': Id } => ({
  role: 'treeitem',
  'aria-label': nameOf(n),
  'aria-selected': session.getState().selection.nodes.has(n.id),
  tabIndex: -1,
  'data-item': n.id,
});

export const NodeView = memo(function NodeView({ node: n, near }: { node: SceneNode; near: Near }) {
  const ref = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => (ref.current ? near.attach(n, ref.current) : undefined), [near, n]);
  if (n.kind === 'junction') {
    return (
      <div
        ref={ref}
        id={itemId(n.id)}
        {...itemOf(n)}
        className="cv-node cv-junction"
        data-id={n.id}
        data-kind="junction"
      />
    );
  }
  return (
    <div
      ref={ref}
      className="cv-node"
      data-id={n.id}
      data-kind={n.kind}
      data-type={n.type}
      data-category={n.category}
      data-off={n.disabled || undefined}
      data-unknown={n.unknown || undefined}
      style={{ width: n.w, height: n.h }}
    >
      {n.button && <NodeButton node={n} />}
      <div id={itemId(n.id)} {...itemOf(n)} className="cv-body">
        {n.kind === 'node' && (
          <span className="cv-tile">
            <Icon name={n.icon} size={16} fallback="box" />
          </span>
        )}
        {n.showLabel && (
          <span className="cv-label" data-named={n.named || undefined} dir="auto">
            {n.lines.map((line, i) => (
              <span key={i}>{line}</span>
            ))}
          </span>
        )}
      </div>
      <Ports node={n} />
      <span className="cv-badges">
        <svg className="cv-faulty" aria-hidden="true" viewBox="0 0 12 12" width="12" height="12">
          <path d="M6 1.2 11.4 11H.6Z" />
        </svg>
        <svg className="cv-noted" aria-hidden="true" viewBox="0 0 12 12" width="12" height="12">
          <circle cx="6" cy="6" r="5" />
          <path d="M6 3.2V3.4M6 5.6V8.8" />
        </svg>
        <svg className="cv-draft" aria-hidden="true" viewBox="0 0 12 12" width="12" height="12">
          <path d="M2 10l.6-2.6L8 2l2 2-5.4 5.4z" />
        </svg>
        <i className="cv-changed" />
      </span>
      {n.kind === 'node' && <StatusPill id={n.id} />}
    </div>
  );
});

function Ports({ node: n }: { node: SceneNode }) {
  return (
    <>
      {n.inputs > 0 && <i className="cv-port" data-side="in" aria-hidden="true" />}
      {Array.from({ length: n.outputs }, (_, i) => (
        <i
          key={i}
          className="cv-port"
          data-side="out"
          aria-hidden="true"
          data-port={i}
          data-error={n.outputNames[i] === 'error' || undefined}
          style={{ top: n.h / 2 + portOffset(i, n.outputs) }}
        >
          {i < n.ruled && <span className="cv-rule" style={{ background: portColor(i) }} />}
          {n.outputNames[i] && n.outputs > 1 && <span className="cv-port-name">{n.outputNames[i]}</span>}
        </i>
      ))}
    </>
  );
}

function NodeButton({ node: n }: { node: SceneNode }) {
  return (
    <span className="cv-button" aria-hidden="true" data-side={n.button} data-on={n.pressed || undefined}>
      <Icon name={n.button === 'left' ? 'play' : 'bug'} size={12} fallback="dot" />
    </span>
  );
}

function StatusPill({ id }: { id: Id }) {
  const status = useKeyed(statuses, id);
  if (!status) return null;
  const look = statusLook(status);
  return (
    <span
      className="cv-status"
      aria-hidden="true"
      data-look={look.kind}
      style={look.colour ? { color: look.colour } : undefined}
    >
      <svg aria-hidden="true" viewBox="0 0 10 10" width="9" height="9">
        {look.kind === 'ok' || look.kind === 'dot' ? (
          <circle cx="5" cy="5" r="4" fill="currentColor" />
        ) : look.kind === 'error' ? (
          <rect x="1" y="1" width="8" height="8" rx="1" fill="currentColor" />
        ) : look.kind === 'warning' ? (
          <path d="M5 .8 9.6 9.2H.4Z" fill="currentColor" />
        ) : (
          <circle cx="5" cy="5" r="3.4" fill="none" stroke="currentColor" strokeWidth="1.8" />
        )}
      </svg>
      {look.text && <span dir="auto">{look.text}</span>}
    </span>
  );
}
