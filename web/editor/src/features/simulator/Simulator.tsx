import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { prefs } from '../../app/prefs';
import { setPanels } from '../../app/session';
import { segmentsOf } from '../../forms/segments';
import { en, t } from '../../i18n';
import { Button, Icon, IconButton, Menu } from '../../ui';
import { clear, follow, type How, setPair, text } from './conversation';
import { Talk } from './Talk';
import { noTalk, pairOf, talks } from './talks';
import { endTroubles, faultItems, readTroubles, told, troubles } from './troubles';

const long = en(
  'Hello, this is a longer text to see what the flow does with more than one part: it goes on and on until it needs a second segment, which costs as much as the first one did.',
);
const chips: [label: string, message: string][] = [
  ['STOP', 'STOP'],
  ['HELP', 'HELP'],
  ['YES', 'YES'],
  [en('Long text'), long],
  ['😀', 'Hi 😀'],
];

/** The two made-up people of the simulator. */
const people = [
  { name: en('Phone 1'), number: '447700900001' },
  { name: en('Phone 2'), number: '447700900002' },
];

/** A phone beside the canvas: text your flow and read what it answers. */
export default function Simulator() {
  const pair = useStore(prefs, (s) => s.simulator);
  const key = pairOf(pair);
  const talk = useStore(talks, (s) => s.byPair[key] ?? noTalk);
  const [draft, setDraft] = useState('');
  const [back, setBack] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLTextAreaElement>(null);
  const wrong = told(useStore(troubles));
  useEffect(() => {
    readTroubles().catch(() => {}); // the conversation tells when the server is away
    return follow();
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: new bubbles scroll into sight
  useLayoutEffect(() => {
    const el = box.current;
    if (el) el.scrollTop = el.scrollHeight;
  }, [talk.bubbles.length, talk.typing]);
  const send = (message: string, how?: How) => {
    if (message.trim() === '') return;
    void text(pair, message, how);
    setDraft('');
    setBack(0);
    input.current?.focus();
  };
  const onKey = (e: KeyboardEvent) => {
    if (e.key === 'Enter' && !e.shiftKey && !e.nativeEvent.isComposing) {
      e.preventDefault();
      send(draft);
    } else if (e.key === 'ArrowUp' && (draft === '' || back > 0)) {
      const old = talk.past.at(-1 - back);
      if (old === undefined) return;
      e.preventDefault();
      setDraft(old);
      setBack(back + 1);
    }
  };
  return (
    <section className="sim" aria-label={t('Phone simulator')}>
      <div className="sim-head">
        <Icon name="smartphone" />
        <h2 className="grow">{t('Phone')}</h2>
        <span className="chip" title={t('Nothing leaves this machine')}>
          {t('Simulated')}
        </span>
        <Menu
          align="end"
          trigger={
            <IconButton
              icon="cloud-lightning"
              label={t('Faults')}
              size="small"
              aria-pressed={wrong.length > 0 || undefined}
            />
          }
          items={faultItems}
        />
        <Menu
          align="end"
          trigger={<IconButton icon="ellipsis" label={t('Simulator options')} size="small" />}
          items={() => [
            { heading: t('Text as') },
            ...people.map((p) => ({
              label: t(p.name),
              hint: p.number,
              radio: true,
              checked: pair.from === p.number,
              run: () => setPair({ from: p.number }),
            })),
            '-',
            {
              label: t('Text twice the same'),
              hint: t('The webhook comes again: one reply is right'),
              icon: 'files',
              run: () => send(draft.trim() || talk.past.at(-1) || 'hello', { copies: 2 }),
            },
            {
              label: t('Text in parts, out of order'),
              hint: t('A long text as networks deliver it'),
              icon: 'scissors',
              run: () => send(draft.length > 160 ? draft : long, { split: true, shuffle: true }),
            },
            '-',
            { label: t('Clear conversation'), icon: 'trash-2', run: () => void clear(key) },
          ]}
        />
        <IconButton
          icon="x"
          label={t('Close simulator')}
          size="small"
          action="view.simulator"
          onClick={() => setPanels({ simulator: false, small: 'flow' })}
        />
      </div>
      <div className="sim-pair">
        <Phone label={t('Person')} value={pair.from} onChange={(from) => setPair({ from })} />
        <Icon name="arrow-right" size={14} />
        <Phone label={t("Flow's number")} value={pair.to} onChange={(to) => setPair({ to })} />
      </div>
      {wrong.length > 0 && (
        <div className="sim-wrong" role="status">
          <Icon name="cloud-lightning" size={14} />
          <span className="grow">{wrong.join(' · ')}</span>
          <Button size="small" kind="quiet" onClick={() => void endTroubles()}>
            {t('End')}
          </Button>
        </div>
      )}
      <div
        ref={box}
        className="sim-talk"
        role="log"
        aria-label={t('Conversation')}
        aria-live="polite"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
        tabIndex={0}
      >
        {talk.bubbles.length === 0 && (
          <div className="sim-empty">
            <p>{t('Text your flow, as a person would.')}</p>
            <Button size="small" onClick={() => send('hello')}>
              {t('Text “hello”')}
            </Button>
          </div>
        )}
        {talk.bubbles.map((b, i) => (
          <Talk key={b.key} bubble={b} before={talk.bubbles[i - 1]} after={talk.bubbles[i + 1]} own={pair.to} />
        ))}
        {talk.typing && (
          <div className="sim-typing" role="status" aria-label={t('The flow is at work')}>
            <i />
            <i />
            <i />
          </div>
        )}
      </div>
      <div className="sim-chips">
        {chips.map(([label, message]) => (
          <button
            key={label}
            type="button"
            className="chip"
            onClick={() => send(t(message))}
            title={t(message)}
            aria-label={label === '😀' ? t('Text an emoji') : t('Text {{text}}', { text: t(label) })}
          >
            {t(label)}
          </button>
        ))}
      </div>
      <form
        className="sim-compose"
        onSubmit={(e) => {
          e.preventDefault();
          send(draft);
        }}
      >
        <textarea
          ref={input}
          className="input"
          data-start=""
          aria-label={t('Message')}
          placeholder={t('Text message')}
          rows={Math.min(5, draft.split('\n').length + Math.floor(draft.length / 36))}
          maxLength={1600}
          value={draft}
          onChange={(e) => setDraft(e.target.value)}
          onKeyDown={onKey}
        />
        <Button type="submit" kind="primary" icon="send" disabled={draft.trim() === ''} aria-label={t('Send')}>
          <span className="away">{t('Send')}</span>
        </Button>
      </form>
      <p className="meta sim-count">{draft === '' ? ' ' : countText(draft)}</p>
    </section>
  );
}

function Phone({ label, value, onChange }: { label: string; value: string; onChange: (v: string) => void }) {
  return (
    <label>
      <span className="meta">{label}</span>
      <input
        className="input"
        value={value}
        inputMode="tel"
        autoComplete="off"
        spellCheck={false}
        onChange={(e) => onChange(e.target.value.trim())}
      />
    </label>
  );
}

function countText(text: string): string {
  const s = segmentsOf(text);
  return s.segments > 1
    ? t('{{count}} parts · {{units}}/{{capacity}} {{encoding}}', {
        count: s.segments,
        units: s.units,
        capacity: s.capacity,
        encoding: s.encoding,
      })
    : `${s.units}/${s.capacity} ${s.encoding}`;
}
