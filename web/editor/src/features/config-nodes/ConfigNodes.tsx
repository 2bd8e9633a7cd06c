/** Accounts and settings that nodes share: which there are, who uses them, and a way to make one. */
import { useMemo, useState } from 'react';
import { useStore } from 'zustand';
import { edit } from '../../app/session';
import { begin, draftStore, isBlank, useHasDraft } from '../../forms/drafts';
import { usersOf } from '../../forms/host';
import { t } from '../../i18n';
import { decodeObject } from '../../model/codec';
import { docStore } from '../../model/doc-store';
import { newId } from '../../model/ids';
import { defaultsOf, isConfigType, isMissing, labelOf, typeStore, typeTitle } from '../../model/schema';
import type { FlowDoc, NodeRec } from '../../model/types';
import { Button, Empty, Menu, SearchField, Tile } from '../../ui';
import css from './config-nodes.module.css';

export function ConfigNodes() {
  const doc = useStore(docStore, (s) => s.doc);
  const types = useStore(typeStore, (s) => s.types);
  const [query, setQuery] = useState('');
  const drafts = useStore(draftStore, (s) => s.drafts);
  const all = useMemo(() => {
    const made = Object.values(drafts).filter((d) => d.isNew && !isBlank(d));
    return [
      ...Object.values(doc.nodes).filter((n) => n.kind === 'config'),
      ...made.map((d) => decodeObject(d.rec, d.id) as NodeRec),
    ];
  }, [doc, drafts]);
  const q = query.trim().toLowerCase();
  const shown = all
    .filter((n) => !q || `${labelOf(n, doc)} ${typeTitle(n.type, doc)}`.toLowerCase().includes(q))
    .sort(
      (a, b) =>
        typeTitle(a.type, doc).localeCompare(typeTitle(b.type, doc)) || labelOf(a, doc).localeCompare(labelOf(b, doc)),
    );
  const make = (type: string) => {
    const id = newId();
    begin({ id, type, name: '', ...defaultsOf(type) });
    edit(id);
  };
  const add = (
    <Menu
      trigger={
        <Button size="small" icon="plus">
          {t('New…')}
        </Button>
      }
      align="end"
      items={types.filter(isConfigType).map((x) => ({ label: typeTitle(x.type, doc), run: () => make(x.type) }))}
    />
  );
  if (all.length === 0) {
    return (
      <Empty icon="settings-2" title={t('Nothing to configure yet.')}>
        {add}
      </Empty>
    );
  }
  return (
    <div className={css.panel}>
      <div className={css.bar}>
        {all.length > 6 ? (
          <SearchField label={t('Find a setting')} value={query} onChange={(e) => setQuery(e.target.value)} />
        ) : (
          <span className={css.count}>{t('{{count}} entries', { count: all.length })}</span>
        )}
        {add}
      </div>
      <ul className={css.list} aria-label={t('Accounts and settings')}>
        {shown.map((n) => (
          <Row key={n.id} node={n} doc={doc} />
        ))}
        {shown.length === 0 && (
          <li className={css.none}>
            {t('Nothing matches “{{query}}”.', { query })}{' '}
            <Button size="small" kind="quiet" onClick={() => setQuery('')}>
              {t('Clear filter')}
            </Button>
          </li>
        )}
      </ul>
    </div>
  );
}

function Row({ node, doc }: { node: NodeRec; doc: FlowDoc }) {
  const draft = useHasDraft(node.id);
  const uses = useMemo(() => usersOf(doc, node.id).length, [doc, node.id]);
  const where = node.z ? (doc.tabs[node.z]?.label ?? doc.subflows[node.z]?.name) : undefined;
  const global = node.type === 'global-config';
  const notes = [
    typeTitle(node.type, doc),
    global ? t('for all flows') : uses === 0 ? t('unused') : t('used by {{count}}', { count: uses }),
    where && t('only in {{flow}}', { flow: where }),
    node.d && t('disabled'),
    draft && (node.id in doc.nodes ? t('draft') : t('not saved yet')),
    isMissing(node) && t('unknown type'),
  ].filter(Boolean);
  return (
    <li>
      <button
        type="button"
        className={css.row}
        data-unused={uses === 0 && !global ? '' : undefined}
        onClick={() => edit(node.id)}
      >
        <Tile type={node.type} />
        <span className={css.names}>
          <span className={css.name}>{labelOf(node, doc)}</span>
          <span className={css.notes}>{notes.join(' · ')}</span>
        </span>
      </button>
    </li>
  );
}
