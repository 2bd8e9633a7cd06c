/**
 * The flow for those who do not see it: every node an item, under the focused one where its wires go. A node
 * that is an element of the page is its own item; the others, which are only painted, have one nobody sees.
 */
import { memo, useEffect, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { createPortal } from 'react-dom';
import { useStore } from 'zustand';
import { edit, select, session, useSession } from '../app/session';
import { t } from '../i18n';
import { statuses, useKeyed } from '../live';
import { changedIds, docStore } from '../model/doc-store';
import { lineOf } from '../model/told';
import type { Id, Problem } from '../model/types';
import type { FlowView } from './flow-view';
import { farId, inOrder, itemId } from './focus';
import { Layer } from './layer';
import { itemOf } from './node-view';
import type { SceneNode } from './scene';
import { outputText } from './scene-parts';

const FIRST = 120; // items made at once; the rest come in idle time
const MORE = 400;
const PLACED = 300; // items that stand where their nodes are painted; more would cost every frame

/** What is read out: "switch, keyword?, 3 outputs, 2 wires in, status: waiting". */
export function spoken(view: FlowView, n: SceneNode): string {
  const into = view.scene.into(n.id).filter((w) => !w.virtual).length;
  const out = view.scene.out(n.id).filter((w) => !w.virtual).length;
  const status = statuses.get(n.id)?.text;
  const { problems } = session.getState();
  return [
    n.outputs > 0 ? t('{{count}} outputs', { count: n.outputs }) : '',
    n.inputs > 0 ? t('{{count}} wires in', { count: into }) : '',
    out > 0 ? t('{{count}} wires out', { count: out }) : '',
    status ? t('status: {{text}}', { text: String(status).slice(0, 200) }) : '',
    n.disabled ? t('disabled') : '',
    n.unknown ? t('unknown type') : '',
    changedIds().has(n.id) ? t('not deployed') : '',
    told(problems[n.id], n),
  ]
    .filter(Boolean)
    .join(', ');
}

/** Errors and notices of the last check. */
const told = (problems: readonly Problem[] | undefined, n: SceneNode): string =>
  (problems ?? []).map((p) => `${p.severity === 'error' ? t('error') : t('notice')}: ${lineOf(p, n.type)}`).join(', ');

export function A11yTree({ view, tab }: { view: FlowView; tab: Id }) {
  const [version, setVersion] = useState(0);
  const [most, setMost] = useState(FIRST);
  useEffect(() => {
    let due = 0;
    const changed = () => {
      due ||= window.setTimeout(() => {
        due = 0;
        setVersion((v) => v + 1);
      }, 80);
    };
    view.changed.add(changed);
    return () => {
      clearTimeout(due);
      view.changed.delete(changed);
    };
  }, [view]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: version stands for the scene, which is not React's
  const nodes = useMemo(() => inOrder(view.scene.nodes.values()), [view, version, tab]);
  useEffect(() => {
    if (nodes.length <= most) return;
    const idle = window.requestIdleCallback ?? ((f: () => void) => window.setTimeout(f, 50));
    const stop = window.cancelIdleCallback ?? window.clearTimeout;
    const id = idle(() => setMost((m) => m + MORE));
    return () => stop(id);
  }, [nodes.length, most]);
  const focused = view.focused === undefined ? undefined : view.scene.nodes.get(view.focused);
  const placed = nodes.length <= PLACED;
  const far = nodes.slice(0, most).map((n) => <Far key={n.id} view={view} node={n} placed={placed} />);
  return (
    <>
      <div role="tree" aria-label={t('Nodes of this flow')} aria-multiselectable="true">
        <Layer view={view}>{placed && far}</Layer>
        {!placed && <div className="cv-a11y">{far}</div>}
      </div>
      <Told view={view} but={focused?.id} most={most} />
      {focused && <Open key={focused.id} view={view} node={focused} />}
      <div className="cv-a11y">
        <p id="cv-help">
          {t(
            'Arrow keys move between nodes, Enter opens the form, L draws a wire, slash adds a node, Space selects, Delete removes.',
          )}
        </p>
        <div id="cv-said" role="status" aria-live="polite" />
      </div>
    </>
  );
}

/** The item of a node that is painted, if it is. Among thousands it is only put away. */
const Far = memo(function Far({ view, node: n, placed }: { view: FlowView; node: SceneNode; placed: boolean }) {
  const ref = useRef<HTMLDivElement>(null);
  const near = useSyncExternalStore(view.near.subscribe, () => placed && view.near.has(n.id));
  useLayoutEffect(() => {
    ref.current?.toggleAttribute('hidden', view.near.elements.has(n.id));
  }, [view, n]);
  if (near) return null;
  return (
    // biome-ignore lint/a11y: itemOf makes it an item, the canvas around it has the keys
    <div
      ref={ref}
      id={farId(n.id)}
      {...itemOf(n)}
      data-far=""
      style={placed ? { left: n.x - n.w / 2, top: n.y - n.h / 2, width: n.w, height: n.h } : undefined}
      onClick={(e) => {
        e.stopPropagation();
        view.setFocus(n.id);
        select({ nodes: new Set([n.id]) });
      }}
      onDoubleClick={(e) => {
        e.stopPropagation();
        edit(n.id);
      }}
    />
  );
});

/** What is wrong with nodes, said by their items; the one that has the focus says more. It draws nothing. */
function Told({ view, but, most }: { view: FlowView; but: Id | undefined; most: number }) {
  const problems = useSession((s) => s.problems);
  const near = useSyncExternalStore(view.near.subscribe, view.near.get);
  // biome-ignore lint/correctness/useExhaustiveDependencies: items come with what is near, and in idle time
  useLayoutEffect(() => {
    const items: HTMLElement[] = [];
    for (const id of Object.keys(problems)) {
      const n = view.scene.nodes.get(id);
      if (!n || id === but) continue;
      for (const item of [itemId(id), farId(id)].map((i) => document.getElementById(i))) {
        item?.setAttribute('aria-description', told(problems[id], n));
        if (item) items.push(item);
      }
    }
    return () => {
      for (const item of items) item.removeAttribute('aria-description');
    };
  }, [view, problems, near, but, most]);
  return null;
}

/** What the item that has the focus says of itself and of its wires, as they are now. Nobody sees it. */
function Open({ view, node: n }: { view: FlowView; node: SceneNode }) {
  useKeyed(statuses, n.id);
  useStore(docStore);
  useSession((s) => s.problems);
  const text = spoken(view, n);
  const near = useSyncExternalStore(view.near.subscribe, view.near.get);
  const [item, setItem] = useState<HTMLElement | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is there once its node is near
  useLayoutEffect(() => setItem(document.getElementById(itemId(n.id))), [near, n.id]);
  useLayoutEffect(() => {
    item?.setAttribute('aria-description', text);
    if (n.outputs > 0) item?.setAttribute('aria-expanded', 'true');
    return () => {
      item?.removeAttribute('aria-description');
      item?.removeAttribute('aria-expanded');
    };
  }, [item, n.outputs, text]);
  const wires = view.scene.out(n.id);
  if (!item || wires.length === 0) return null;
  const targets = wires.map((w) => (
    <div
      key={w.id}
      role="treeitem"
      tabIndex={-1}
      aria-selected={false}
      aria-label={t('{{output}} to {{target}}', { output: outputText(n, w.port), target: w.target.label })}
    />
  ));
  return createPortal(
    <div role="group" className="cv-a11y">
      {targets}
    </div>,
    item,
  );
}

/** Says something to a screen reader. */
export function announce(text: string): void {
  const el = document.getElementById('cv-said');
  if (el) el.textContent = text;
}
