/** Forms beside each other, to be looked at: scripts/forms-shots.mjs opens this page with ?types=… It is in no build. */
import '../../styles/fonts.css';
import '../../styles/tokens.css';
import '../../ui/ui.css';
import { Tooltip } from '@base-ui/react/tooltip';
import { createRoot } from 'react-dom/client';
import { useSession } from '../../app/session';
import { Inspector, NodePanel } from '../../features/inspector/Inspector';
import { values } from '../../live';
import { decode } from '../../model/codec';
import { docStore, load } from '../../model/doc-store';
import { defaultsOf, type NodeType, nodeTypes, setNodeTypes } from '../../model/schema';
import type { Rec } from '../../model/types';
import { draftStore } from '../drafts';
import { touchAll } from '../touched';

/** One form to look at: a type with these properties, as if someone had been in every field if touched. */
interface Case {
  id: string;
  type: string;
  rec: Rec;
  touch?: boolean;
}

declare global {
  interface Window {
    lab: { types: NodeType[]; samples: Record<string, Rec>; cases?: Case[] };
  }
}

const query = new URLSearchParams(location.search);
document.documentElement.dataset['theme'] = query.get('theme') ?? 'light';
setNodeTypes(window.lab.types);
const cases = (query.get('cases') ?? '').split(',').flatMap((id) => window.lab.cases?.filter((c) => c.id === id) ?? []);
const shown = (query.get('types') ?? query.get('inspect') ?? '').split(',').filter(Boolean);
const place = { z: 'tab', x: 100, y: 100, wires: [[]] };
const sample = (type: string): Rec => ({
  id: `n-${type}`,
  type,
  ...(nodeTypes[type]?.category === 'config' ? {} : place),
  name: '',
  ...defaultsOf(type),
  ...window.lab.samples[type],
});
const special = new Set(['tab', 'group', 'subflow', 'subflow:n-subflow']);
const others = ['inject', 'http-in', 'link-in', 'link-out', 'debug'].map(
  (type, i): Rec => ({
    id: `o${i}`,
    type,
    name: `${type} of mine`,
    ...place,
    y: 100 + 40 * i,
    wires: [shown.map((t) => `n-${t}`)],
  }),
);
load(
  decode([
    { id: 'tab', type: 'tab', label: 'Auto-reply' },
    { id: 'v1', type: 'vonage', name: 'Simulator' },
    {
      id: 'n-group',
      type: 'group',
      z: 'tab',
      name: 'Opening hours',
      style: { fill: '#ffe0b2', label: true },
      nodes: [],
      x: 0,
      y: 0,
      w: 10,
      h: 10,
    },
    {
      id: 'n-subflow',
      type: 'subflow',
      name: 'Greet',
      info: '',
      in: [],
      out: [],
      env: [
        { name: 'GREETING', type: 'str', value: 'Hello' },
        {
          name: 'TONE',
          type: 'str',
          value: 'kind',
          ui: {
            type: 'select',
            label: { 'en-US': 'Tone' },
            opts: {
              opts: [
                { l: { 'en-US': 'Kind' }, v: 'kind' },
                { l: { 'en-US': 'Short' }, v: 'short' },
              ],
            },
          },
        },
        { name: 'TOKEN', type: 'cred', ui: { label: { 'en-US': 'Token' } } },
      ],
    },
    { id: 'n-subflow:n-subflow', type: 'subflow:n-subflow', name: '', ...place, env: [] },
    { id: 'n-tab', type: 'tab', label: 'Auto-reply', disabled: false, info: 'What this flow is *for*.', env: [] },
    ...others,
    ...shown.filter((t) => !special.has(t)).map(sample),
    ...cases
      .filter((c) => !special.has(c.type))
      .map((c) => ({
        id: `n-${c.id}`,
        type: c.type,
        ...(nodeTypes[c.type]?.category === 'config' ? {} : place),
        name: '',
        ...c.rec,
      })),
  ]),
);
const message = {
  payload: { msisdn: '447700900000', to: '447700900001', text: 'Hello, is the shop open?', type: 'text' },
  topic: 'sms',
  _msgid: 'a1',
};
values.set('o1:0', { at: Date.now() - 12_000, msg: JSON.stringify(message), format: 'Object' });

const inspected = query.get('inspect');
for (const c of cases) if (c.touch) touchAll(`n-${c.id}`);
if (inspected) useSession.setState({ editing: `n-${inspected}`, tab: 'tab' });
Object.assign(window, { doc: docStore, drafts: draftStore });

createRoot(document.getElementById('root')!).render(
  <Tooltip.Provider>
    <div
      style={{
        display: 'flex',
        gap: 16,
        padding: 16,
        background: 'var(--canvas)',
        ...(cases.length ? { alignItems: 'start' } : { height: '100vh' }),
      }}
    >
      {cases.map((c) => {
        const id = special.has(c.type) ? `n-${c.type}` : `n-${c.id}`;
        return (
          <section
            key={c.id}
            id={`case-${c.id}`}
            style={{ width: Number(query.get('width') ?? 380), flex: 'none', border: '1px solid var(--line)' }}
          >
            <NodePanel root={id} id={id} layers={[]} />
          </section>
        );
      })}
      {inspected ? (
        <div style={{ width: 380, border: '1px solid var(--line)' }}>
          <Inspector />
        </div>
      ) : (
        shown.map((type) => (
          <section
            key={type}
            aria-label={type}
            style={{ width: 380, flex: 'none', height: '100%', border: '1px solid var(--line)' }}
          >
            <NodePanel root={`n-${type}`} id={`n-${type}`} layers={[]} />
          </section>
        ))
      )}
    </div>
  </Tooltip.Provider>,
);
