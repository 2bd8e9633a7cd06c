import { type DragEvent, type KeyboardEvent, useLayoutEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import { t } from '../i18n';
import { commit, docStore } from '../model/doc-store';
import { addTab, moveTab, removeTab, tabColour, tabIds, updateTab } from '../model/ops/tabs';
import type { Id } from '../model/types';
import { ContextMenu, Icon, IconButton, type Item, Menu } from '../ui';
import { undoable } from '../ui/undoable';
import { prefs, setPref } from './prefs';
import { openTab, useSession } from './session';
import { chooseColour } from './tab-colours';
import { renaming } from './tabs';

/** Deletes at once; the toast brings it back. */
export function deleteTab(id: Id): void {
  const { doc } = docStore.getState();
  const label = doc.tabs[id]?.label || t('flow');
  const tabs = tabIds(doc);
  const at = tabs.indexOf(id);
  if (useSession.getState().tab === id) openTab(tabs[at + 1] ?? tabs[at - 1] ?? '');
  commit(t('Delete {{name}}', { name: label }), (d) => removeTab(d, id));
  undoable(t('Deleted {{name}}', { name: label }));
}

export function newTab(): void {
  let id = '';
  commit(t('Add flow'), (d) => {
    id = addTab(d);
  });
  openTab(id);
  renaming.setState({ id });
}

const setHidden = (id: Id, hide: boolean): void => {
  const others = prefs.getState().hiddenTabs.filter((x) => x !== id);
  setPref({ hiddenTabs: hide ? [...others, id] : others });
};

function tabMenu(id: Id): Item[] {
  const { doc } = docStore.getState();
  const flow = doc.tabs[id];
  if (!flow) return [];
  const tabs = tabIds(doc);
  const at = tabs.indexOf(id);
  const change = (label: string, c: Parameters<typeof updateTab>[2]) => commit(label, (d) => updateTab(d, id, c));
  return [
    { label: t('Rename'), icon: 'pencil', chord: 'F2', run: () => renaming.setState({ id }) },
    flow.disabled
      ? { label: t('Enable flow'), icon: 'power', run: () => change(t('Enable flow'), { disabled: false }) }
      : { label: t('Disable flow'), icon: 'power-off', run: () => change(t('Disable flow'), { disabled: true }) },
    flow.locked
      ? { label: t('Unlock'), icon: 'lock-open', run: () => change(t('Unlock flow'), { locked: false }) }
      : { label: t('Lock'), icon: 'lock', run: () => change(t('Lock flow'), { locked: true }) },
    { label: t('Colour…'), icon: 'palette', run: () => chooseColour(id) },
    { label: t('Hide'), icon: 'eye-off', run: () => hide(id) },
    '-',
    {
      label: t('Move left'),
      icon: 'arrow-left',
      disabled: at <= 0,
      run: () => commit(t('Move flow'), (d) => moveTab(d, id, tabs[at - 1] ?? null)),
    },
    {
      label: t('Move right'),
      icon: 'arrow-right',
      disabled: at >= tabs.length - 1,
      run: () => commit(t('Move flow'), (d) => moveTab(d, id, tabs[at + 2] ?? null)),
    },
    '-',
    { label: t('Delete flow'), icon: 'trash-2', danger: true, run: () => deleteTab(id) },
  ];
}

function hide(id: Id): void {
  setHidden(id, true);
  const { doc } = docStore.getState();
  const { hiddenTabs } = prefs.getState();
  if (useSession.getState().tab !== id) return;
  const next = tabIds(doc).find((t) => !hiddenTabs.includes(t));
  if (next) openTab(next);
}

/** The flows; a subflow that is open comes last. */
export function TabBar() {
  const tab = useSession((s) => s.tab);
  const ids = useStore(
    docStore,
    useShallow((s) => tabIds(s.doc)),
  );
  const subflow = useStore(docStore, (s) => s.doc.subflows[tab]);
  const hidden = useStore(prefs, (s) => s.hiddenTabs);
  const shown = ids.filter((id) => id === tab || !hidden.includes(id));
  const list = useRef<HTMLDivElement>(null);
  const [drop, setDrop] = useState<Id | null | undefined>();
  const onKey = (e: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -shown.length, End: shown.length }[e.key];
    if (!step || e.target instanceof HTMLInputElement || e.ctrlKey || e.altKey || e.metaKey) return;
    e.preventDefault();
    const at = Math.max(0, Math.min(shown.length - 1, shown.indexOf(tab) + step));
    const next = shown[at];
    if (!next) return;
    openTab(next);
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>('[aria-selected=true]')?.focus());
  };
  const onDrop = (e: DragEvent) => {
    const id = e.dataTransfer.getData('application/x-flowrill-tab');
    if (id && drop !== undefined) commit(t('Move flow'), (d) => moveTab(d, id, drop));
    setDrop(undefined);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the open tab is to be seen when it changes
  useLayoutEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [tab]);
  return (
    <div className="tab-bar">
      <div
        ref={list}
        className="tabs"
        role="tablist"
        aria-label={t('Flows')}
        onKeyDown={onKey}
        onDrop={onDrop}
        onDragLeave={() => setDrop(undefined)}
        onDragOver={(e) => {
          if (!e.dataTransfer.types.includes('application/x-flowrill-tab')) return;
          e.preventDefault();
          const over = (e.target as HTMLElement).closest<HTMLElement>('[data-tab]');
          const box = over?.getBoundingClientRect();
          const id = over?.dataset['tab'];
          if (!box || !id) return setDrop(null);
          setDrop(e.clientX < box.left + box.width / 2 ? id : (shown[shown.indexOf(id) + 1] ?? null));
        }}
      >
        {shown.map((id) => (
          <Tab key={id} id={id} active={id === tab} before={drop === id} />
        ))}
        {subflow && (
          <div className="tab" role="tab" aria-selected="true" tabIndex={0} data-subflow="">
            <Icon name="workflow" size={14} />
            <span className="ellipsis">{subflow.name || t('subflow')}</span>
          </div>
        )}
      </div>
      <IconButton icon="plus" label={t('Add flow')} size="small" action="flow.add" onClick={newTab} />
      <Menu
        align="end"
        trigger={<IconButton icon="chevron-down" label={t('List of flows')} size="small" />}
        items={() => {
          const { doc } = docStore.getState();
          const subs = Object.values(doc.subflows);
          return [
            ...tabIds(doc).map((id) => ({
              label: doc.tabs[id]?.label || id,
              checked: id === tab,
              radio: true,
              ...(hidden.includes(id) ? { hint: t('hidden') } : doc.tabs[id]?.disabled ? { hint: t('disabled') } : {}),
              run: () => {
                setHidden(id, false);
                openTab(id);
              },
            })),
            ...(subs.length ? (['-', { heading: t('Subflows') }] as Item[]) : []),
            ...subs.map((s) => ({
              label: s.name || t('subflow'),
              checked: s.id === tab,
              radio: true,
              run: () => openTab(s.id),
            })),
            '-' as const,
            {
              label: t('Show hidden flows'),
              icon: 'eye',
              disabled: hidden.length === 0,
              run: () => setPref({ hiddenTabs: [] }),
            },
          ];
        }}
      />
    </div>
  );
}

function Tab({ id, active, before }: { id: Id; active: boolean; before: boolean }) {
  const flow = useStore(docStore, (s) => s.doc.tabs[id]);
  const rename = useStore(renaming, (s) => s.id === id);
  if (!flow) return null;
  return (
    <ContextMenu items={() => tabMenu(id)}>
      <div
        className="tab"
        role="tab"
        id={`tab-${id}`}
        aria-selected={active}
        tabIndex={active ? 0 : -1}
        data-tab={id}
        data-off={flow.disabled || undefined}
        data-drop={before || undefined}
        draggable={!rename}
        onDragStart={(e) => {
          e.dataTransfer.setData('application/x-flowrill-tab', id);
          e.dataTransfer.effectAllowed = 'move';
        }}
        onPointerDown={(e) => e.button === 0 && openTab(id)}
        onClick={() => openTab(id)}
        onDoubleClick={() => renaming.setState({ id })}
        onKeyDown={(e) => {
          if (e.target !== e.currentTarget) return;
          if (e.key === 'F2') renaming.setState({ id });
          else if (e.key === 'Delete') deleteTab(id);
          else if (e.key === 'Enter' || e.key === ' ') openTab(id);
          else return;
          e.preventDefault();
          e.stopPropagation();
        }}
      >
        {tabColour(flow) !== '' && <i className="tab-colour" style={{ background: tabColour(flow) }} />}
        {flow.locked && <Icon name="lock" size={12} />}
        {rename ? (
          <Rename id={id} label={flow.label} />
        ) : (
          <span className="ellipsis">{flow.label || t('Flow without name')}</span>
        )}
      </div>
    </ContextMenu>
  );
}

function Rename({ id, label }: { id: Id; label: string }) {
  const [text, setText] = useState(label);
  const input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    // after the menu that asked for it has given the focus back
    const timer = setTimeout(() => input.current?.select(), 30);
    input.current?.select();
    return () => clearTimeout(timer);
  }, []);
  const end = (keep: boolean) => {
    renaming.setState({ id: null });
    if (keep && text.trim() !== '' && text !== label)
      commit(t('Rename flow'), (d) => updateTab(d, id, { label: text.trim() }));
    requestAnimationFrame(() => document.getElementById(`tab-${id}`)?.focus());
  };
  return (
    <input
      ref={input}
      className="rename"
      aria-label={t('Name of the flow')}
      value={text}
      size={Math.max(8, text.length)}
      onChange={(e) => setText(e.target.value)}
      onBlur={() => document.hasFocus() && end(true)}
      onKeyDown={(e) => {
        e.stopPropagation();
        if (e.key === 'Enter') end(true);
        else if (e.key === 'Escape') end(false);
      }}
    />
  );
}
