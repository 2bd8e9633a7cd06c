import { useCallback, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { useSession } from '../../app/session';
import { t } from '../../i18n';
import { docStore } from '../../model/doc-store';
import { labelOf } from '../../model/schema';
import { shown } from '../../model/shown';
import type { Json } from '../../model/types';
import * as api from '../../net/api';
import { Button, complain, Empty, IconButton, Segmented, SwitchRow, toast } from '../../ui';
import { ValueTree } from '../../ui/ValueTree';

const every = 2000; // ms

type Stores = Record<string, Record<string, api.Shown>>;

/** What nodes remember: global, of the open flow, of the selected node. */
export function ContextPanel() {
  const [scope, setScope] = useState<api.Scope>('global');
  const [auto, setAuto] = useState(false);
  const [stores, setStores] = useState<Stores | null>(null);
  const [editing, setEditing] = useState<{ store: string; key: string; text: string } | null>(null);
  const tab = useSession((s) => s.tab);
  const node = useSession((s) => (s.selection.nodes.size === 1 ? ([...s.selection.nodes][0] ?? '') : ''));
  const name = useStore(docStore, (s) => (s.doc.nodes[node] ? labelOf(s.doc.nodes[node], s.doc) : ''));
  const id = scope === 'global' ? '' : scope === 'flow' ? tab : node;
  const load = useCallback(() => {
    if (scope !== 'global' && id === '') return setStores({});
    api.getContext(scope, id).then(setStores, (e) => {
      setStores({});
      complain(t('The context could not be read'), e);
    });
  }, [scope, id]);
  useEffect(() => {
    setStores(null);
    load();
    if (!auto) return;
    const timer = setInterval(() => !document.hidden && load(), every);
    return () => clearInterval(timer);
  }, [load, auto]);
  const save = async () => {
    if (!editing) return;
    try {
      await api.setContext(scope, id, editing.key, editing.store, JSON.parse(editing.text) as Json);
      setEditing(null);
      load();
    } catch (e) {
      complain(e instanceof SyntaxError ? t('This is not JSON') : t('The value could not be set'), e);
    }
  };
  const remove = async (store: string, key: string, was: api.Shown) => {
    try {
      await api.deleteContext(scope, id, key, store);
      load();
      const v = shown(was.msg, was.format);
      toast({
        title: t('Deleted {{name}}', { name: key }),
        action: {
          label: t('Undo'),
          run: () => void api.setContext(scope, id, key, store, (v.raw ?? null) as Json).then(load),
        },
      });
    } catch (e) {
      complain(t('The value could not be deleted'), e);
    }
  };
  const rows = Object.entries(stores ?? {}).flatMap(([store, keys]) =>
    Object.entries(keys).map(([key, v]) => ({ store, key, v })),
  );
  const many = Object.keys(stores ?? {}).length > 1;
  return (
    <section className="context" aria-label={t('Context data')}>
      <div className="panel-bar">
        <Segmented
          label={t('Context of')}
          value={scope}
          onChange={setScope}
          options={[
            { value: 'global', label: t('Global') },
            { value: 'flow', label: t('Flow') },
            { value: 'node', label: t('Node') },
          ]}
        />
        {scope === 'node' && <span className="hint ellipsis">{name || t('Select a node')}</span>}
        <span className="grow" />
        <SwitchRow label={t('Refresh by itself')} checked={auto} onChange={setAuto} />
        <IconButton icon="refresh-cw" size="small" label={t('Refresh')} onClick={load} />
      </div>
      {rows.length === 0 ? (
        <Empty
          title={
            stores === null
              ? t('Reading…')
              : scope === 'node' && !id
                ? t('Select a node to see what it remembers.')
                : t('Nothing is kept here yet. Function and change nodes put values here.')
          }
        />
      ) : (
        <ul className="context-list">
          {rows.map(({ store, key, v }) => {
            const open = editing?.store === store && editing.key === key;
            const value = shown(v.msg, v.format);
            return (
              <li key={`${store} ${key}`}>
                {open ? (
                  <div className="context-edit">
                    <code>{key}</code>
                    <textarea
                      className="input"
                      aria-label={t('Value of {{name}}, as JSON', { name: key })}
                      rows={4}
                      value={editing.text}
                      onChange={(e) => setEditing({ ...editing, text: e.target.value })}
                    />
                    <div className="row">
                      <Button size="small" kind="primary" onClick={save}>
                        {t('Set now')}
                      </Button>
                      <Button size="small" onClick={() => setEditing(null)}>
                        {t('Cancel')}
                      </Button>
                    </div>
                  </div>
                ) : (
                  <>
                    <div className="grow">
                      <ValueTree name={key} value={value} path={[scope, key]} inArray={[false, false]} />
                    </div>
                    {many && <span className="meta">{store}</span>}
                    <IconButton
                      icon="pencil"
                      size="small"
                      label={t('Edit {{name}}', { name: key })}
                      onClick={() => setEditing({ store, key, text: JSON.stringify(value.raw ?? null, null, 2) })}
                    />
                    <IconButton
                      icon="trash-2"
                      size="small"
                      label={t('Delete {{name}}', { name: key })}
                      onClick={() => void remove(store, key, v)}
                    />
                  </>
                )}
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}
