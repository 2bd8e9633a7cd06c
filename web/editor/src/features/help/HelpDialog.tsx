import { useRef, useState } from 'react';
import { useStore } from 'zustand';
import { closeDialog, dialogStore } from '../../app/dialogs';
import { en, t } from '../../i18n';
import { docStore } from '../../model/doc-store';
import { isConfigType, labelOf, nodeTypes, type PropSchema, typeStore, typeTitle } from '../../model/schema';
import { SearchField, Tile } from '../../ui';
import { Dialog } from '../../ui/Dialog';
import { part } from '../../ui/part';

const Reading = () => <p className="hint">{t('Reading…')}</p>;
const Markdown = part(en('The text'), () => import('./Markdown'), { wait: <Reading /> });

/** What nodes do: of the selected one, or any. */
export default function HelpDialog() {
  const node = useStore(dialogStore, (s) => s.node);
  const given = useStore(dialogStore, (s) => s.text);
  const types = useStore(typeStore, (s) => s.types);
  const doc = useStore(docStore, (s) => s.doc);
  const n = node === null ? undefined : doc.nodes[node];
  const [type, setType] = useState(nodeTypes[n?.type ?? given]?.type ?? types[0]?.type ?? '');
  const [query, setQuery] = useState('');
  const box = useRef<HTMLInputElement>(null);
  const about = nodeTypes[type];
  const info = n && nodeTypes[n.type]?.type === type && typeof n.rec['info'] === 'string' ? n.rec['info'] : '';
  return (
    <Dialog open onClose={closeDialog} title={t('Help')} size="large" first={box}>
      <div className="help">
        <nav aria-label={t('Node types')}>
          <SearchField ref={box} label={t('Search help')} value={query} onChange={(e) => setQuery(e.target.value)} />
          <ul>
            {types
              .filter((x) => `${x.type} ${x.help ?? ''}`.toLowerCase().includes(query.toLowerCase()))
              .map((x) => (
                <li key={x.type}>
                  <button type="button" aria-current={x.type === type || undefined} onClick={() => setType(x.type)}>
                    <Tile type={x.type} size={20} />
                    {typeTitle(x.type)}
                  </button>
                </li>
              ))}
          </ul>
        </nav>
        {about && (
          <article aria-label={typeTitle(about.type)}>
            <h3 className="row">
              <Tile type={about.type} /> {typeTitle(about.type)}
            </h3>
            <p className="hint">
              {isConfigType(about)
                ? t('Account or setting')
                : `${about.inputs ? t('one input') : t('no input')}, ${about.outputs?.length ? t('outputs: {{names}}', { names: about.outputs.join(', ') }) : t('outputs as set')}`}
              {about.effect ? ` · ${t('does something outside')}` : ''}
            </p>
            {info && (
              <>
                <h4>{t('About {{name}}', { name: n ? labelOf(n, doc) : '' })}</h4>
                <Markdown text={info} />
              </>
            )}
            <Markdown text={about.help ?? ''} />
            <Properties schema={about.schema} />
          </article>
        )}
      </div>
    </Dialog>
  );
}

function Properties({ schema }: { schema: PropSchema }) {
  const all = Object.entries(schema.properties ?? {});
  if (all.length === 0) return null;
  return (
    <dl>
      {all.map(([key, p]) => (
        <div key={key}>
          <dt>
            {p['x-ui']?.label ?? key} <code>{key}</code>
            {schema.required?.includes(key) && <span className="meta"> {t('required')}</span>}
          </dt>
          <dd className="hint">
            {[
              p['x-ui']?.help,
              p.enum
                ? t('One of {{values}}.', {
                    values: p.enum.map((v) => p['x-ui']?.enumLabels?.[String(v)] ?? String(v)).join(', '),
                  })
                : '',
            ]
              .filter(Boolean)
              .join(' ')}
          </dd>
        </div>
      ))}
    </dl>
  );
}
