import { reveal } from '../../app/reveal';
import { segmentsOf } from '../../forms/segments';
import { en, t } from '../../i18n';
import { time } from '../../i18n/format';
import { Icon } from '../../ui';
import type { Bubble } from './talks';

/** The same in short, of what was sent. */
function partsText(text: string): string {
  const s = segmentsOf(text);
  return s.segments > 1
    ? t('{{count}} parts {{encoding}}', { count: s.segments, encoding: s.encoding })
    : `${s.units}/${s.capacity} ${s.encoding}`;
}

const minute = 60_000;
const states: Record<string, { icon: string; word: string }> = {
  delivered: { icon: 'check', word: en('delivered') },
  accepted: { icon: 'arrow-up', word: en('accepted') },
  failed: { icon: 'circle-alert', word: en('failed') },
  rejected: { icon: 'circle-alert', word: en('rejected') },
  expired: { icon: 'clock', word: en('expired') },
};

/** What the phone cannot know; it leads to the node that it is about. */
function Note({ note: { text, node, name } }: { note: Bubble }) {
  return (
    <p className="sim-note">
      {text}
      {node && (
        <>
          {' '}
          <button type="button" className="link" onClick={() => reveal(node)}>
            {t('Show {{name}}', { name: name ?? node })}
          </button>
        </>
      )}
    </p>
  );
}

/** One text of the conversation, with when it was said and what became of it. */
export function Talk({
  bubble: b,
  before,
  after,
  own,
}: {
  bubble: Bubble;
  before: Bubble | undefined;
  after: Bubble | undefined;
  own: string;
}) {
  if (b.kind === 'note') return <Note note={b} />;
  const state = states[b.status ?? ''];
  const first = before?.kind !== b.kind || b.at - before.at > minute;
  const last = after?.kind !== b.kind || after.at - b.at > minute;
  return (
    <div
      className="sim-bubble"
      data-kind={b.kind}
      data-first={first || undefined}
      data-last={last || undefined}
      data-failed={b.state === 'failed' || undefined}
    >
      <div className="sim-text" dir="auto">
        <span className="away">{b.kind === 'mine' ? `${t('You')}: ` : `${t('Reply')}: `}</span>
        {b.text}
      </div>
      {(last || b.kind === 'reply') && (
        <div className="sim-meta meta">
          <time dateTime={new Date(b.at).toISOString()}>{time(b.at)}</time>
          {b.kind === 'mine' && b.state === 'failed' && <span>{t('not delivered')}</span>}
          {b.kind === 'mine' && b.millis !== undefined && <span>{b.millis} ms</span>}
          {b.kind === 'reply' && (
            <>
              {b.from !== undefined && b.from !== own && <span>{t('from {{number}}', { number: b.from })}</span>}
              <span>{partsText(b.text)}</span>
              <span>
                <Icon name={state?.icon ?? 'dot'} size={11} /> {state ? t(state.word) : b.status}
              </span>
            </>
          )}
        </div>
      )}
    </div>
  );
}
