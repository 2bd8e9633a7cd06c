/** The flow for those who do not see it: every node an item, under the focused one where its wires go. */
import { memo, useEffect, useLayoutEffect, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import { edit, select, session, useSession } from '../app/session';
import { t } from '../i18n';
import { statuses, useKeyed } from '../live';
import { changedIds, docStore } from '../model/doc-store';
import { lineOf } from '../model/told';
import type { Id, Problem } from '../model/types';
import type { FlowView } from './flow-view';
import { inOrder, itemId } from './focus';
import type { SceneNode } from './scene';
import { outputText } from './scene-parts';

const FIRST = 120; // items made at once; the rest come in idle time
const MORE = 400;

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

export const nameOf = (n: SceneNode): string => `${n.label}, ${n.type.replace(/ /g, '-')}`;

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
  const problems = useSession((s) => s.problems);
  const shown = nodes.slice(0, most);
  const focused = view.focused === undefined ? undefined : view.scene.nodes.get(view.focused);
  if (focused && !shown.includes(focused)) shown.push(focused);
  return (
    <div className="cv-a11y">
      <p id="cv-help">
        {t(
          'Arrow keys move between nodes, Enter opens the form, L draws a wire, slash adds a node, Space selects, Delete removes.',
        )}
      </p>
      <div role="tree" aria-label={t('Nodes of this flow')} aria-multiselectable="true">
        {shown.map((n) => (
          <Item key={n.id} view={view} node={n} open={n === focused} told={told(problems[n.id], n)} />
        ))}
      </div>
      <div id="cv-said" role="status" aria-live="polite" />
    </div>
  );
}

interface ItemProps {
  view: FlowView;
  node: SceneNode;
  open: boolean;
  /** What is wrong with it. The open one says more. */
  told: string;
}

const Item = memo(function Item({ view, node: n, open, told }: ItemProps) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the canvas around it has the keys
    <div
      id={itemId(n.id)}
      role="treeitem"
      aria-label={nameOf(n)}
      aria-selected={session.getState().selection.nodes.has(n.id)}
      aria-expanded={open && n.outputs > 0 ? true : undefined}
      aria-description={open ? undefined : told || undefined}
      tabIndex={-1}
      data-item={n.id}
      onFocus={(e) => {
        if (e.target !== e.currentTarget) return;
        view.setFocus(n.id);
        if (session.getState().selection.nodes.size <= 1) select({ nodes: new Set([n.id]) });
      }}
      onClick={(e) => {
        e.stopPropagation();
        view.setFocus(n.id);
        select({ nodes: new Set([n.id]) });
      }}
      onDoubleClick={(e) => {
        e.stopPropagation();
        edit(n.id);
      }}
    >
      {open && <Description view={view} node={n} />}
      {open && n.outputs > 0 && <Targets view={view} node={n} />}
    </div>
  );
});

/** What the focused item says of itself, as it is now: it draws nothing. */
function Description({ view, node: n }: { view: FlowView; node: SceneNode }) {
  useKeyed(statuses, n.id);
  useStore(docStore);
  useSession((s) => s.problems);
  const text = spoken(view, n);
  useLayoutEffect(() => {
    const item = document.getElementById(itemId(n.id));
    item?.setAttribute('aria-description', text);
    return () => item?.removeAttribute('aria-description');
  }, [n.id, text]);
  return null;
}

function Targets({ view, node: n }: { view: FlowView; node: SceneNode }) {
  const wires = view.scene.out(n.id);
  if (wires.length === 0) return null;
  return (
    <div role="group">
      {wires.map((w) => (
        <div
          key={w.id}
          role="treeitem"
          tabIndex={-1}
          aria-selected={false}
          aria-label={t('{{output}} to {{target}}', { output: outputText(n, w.port), target: nameOf(w.target) })}
        />
      ))}
    </div>
  );
}

/** Says something to a screen reader. */
export function announce(text: string): void {
  const el = document.getElementById('cv-said');
  if (el) el.textContent = text;
}
