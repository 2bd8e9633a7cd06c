import { useEffect, useState } from 'react';
import { t } from '../../i18n';
import { ago } from '../../i18n/format';
import { renderTemplate, useLastInput, useNow } from '../host';
import { segmentsOf } from '../segments';
import css from '../style';
import { unclosed } from '../validate';

type Result = { text: string } | { error: string } | 'away' | undefined;

const hasHole = (t: string) => /<<|\{\{/.test(t) && !unclosed(t);
const bare = (t: string) => t.replace(/<<.*?>>|\{\{.*?\}\}/gs, '');

/** What the template makes of the last real message, and how many parts a text will have. */
export function Preview({
  template,
  owner,
  flow,
  sms,
  encoding,
}: {
  template: string;
  owner: string;
  flow: string;
  sms: boolean;
  encoding: string;
}) {
  const last = useLastInput(owner);
  const msg = last?.msg;
  const [result, setResult] = useState<Result>();
  const live = hasHole(template);

  useEffect(() => {
    if (!live || msg === undefined) {
      setResult(undefined);
      return;
    }
    const stop = new AbortController();
    const soon = setTimeout(() => {
      renderTemplate(template, msg, flow, stop.signal).then(
        (r) => setResult(r),
        // Taken back by the next key, or the server is away.
        () => !stop.signal.aborted && setResult('away'),
      );
    }, 150);
    return () => {
      clearTimeout(soon);
      stop.abort();
    };
  }, [live, template, msg, flow]);

  const known = result === 'away' ? undefined : result;
  const text = known && 'text' in known ? known.text : undefined;
  return (
    <>
      {/* The line is there before its text: what is below does not jump while one goes on to it. */}
      {live && msg !== undefined && result !== 'away' && (
        <div className={css.preview} data-error={known && 'error' in known ? '' : undefined}>
          {known && 'error' in known ? (
            <span>{known.error}</span>
          ) : (
            <>
              <span className={css.arrow} aria-hidden="true">
                →
              </span>
              <output className={css.result} aria-label={t('Preview')}>
                {text === undefined ? '…' : text === '' ? <em>{t('empty')}</em> : text}
              </output>
              {last && <Ago at={last.at} />}
            </>
          )}
        </div>
      )}
      {sms && template !== '' && (
        <Counter text={text ?? bare(template)} sure={!live || text !== undefined} encoding={encoding} />
      )}
    </>
  );
}

function Ago({ at }: { at: number }) {
  const now = useNow(5000);
  return <span className={css.meta}>{ago(at, now)}</span>;
}

function Counter({ text, sure, encoding }: { text: string; sure: boolean; encoding: string }) {
  const s = segmentsOf(text, encoding === 'text' || encoding === 'unicode' ? encoding : undefined);
  const lost = encoding === 'text' && s.odd.length > 0;
  return (
    <div className={css.counter} data-many={s.segments > 1 ? '' : undefined}>
      <span>
        {s.units}
        {sure ? '' : '+'}/{s.capacity} {s.encoding}
      </span>
      <span>
        {sure ? t('{{count}} segments', { count: s.segments }) : t('{{count}} segments or more', { count: s.segments })}
      </span>
      {lost && (
        <span className={css.warn}>
          {t('{{characters}} arrive as ?', { characters: s.odd.join(' '), count: s.odd.length })}
        </span>
      )}
      {!lost && s.encoding === 'UCS-2' && s.odd.length > 0 && (
        <span>{t('because of {{characters}}', { characters: s.odd.join(' ') })}</span>
      )}
    </div>
  );
}
