import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { prefs, setPref } from '../../app/prefs';
import { reveal } from '../../app/reveal';
import { useSession } from '../../app/session';
import { t } from '../../i18n';
import { finestTime } from '../../i18n/format';
import { tx } from '../../i18n/rich';
import { clearDebug, type DebugEntry, debugEntries, debugStore, pauseDebug } from '../../live';
import { docStore } from '../../model/doc-store';
import { pinsOf, togglePin } from '../../model/pins';
import { categoryOf, labelOf } from '../../model/schema';
import { shown } from '../../model/shown';
import { type Shown, whole } from '../../net/api';
import { ApiError } from '../../net/http';
import { Button, Empty, Icon, Kbd, SearchField } from '../../ui';
import { toast } from '../../ui/toast';
import { ValueTree } from '../../ui/ValueTree';
import { type Filter, meets, noFilter } from './filter';
import { walk } from './walk';

/** What debug nodes show and what went wrong, newest last. */
export function DebugPanel() {
  const version = useStore(debugStore, (s) => s.version);
  const paused = useStore(debugStore, (s) => s.paused);
  const held = useStore(debugStore, (s) => s.held);
  const [filter, setFilter] = useState<Filter>(noFilter);
  const tab = useSession((s) => s.tab);
  const selected = useSession((s) => s.selection.nodes);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version says that the entries changed
  const rows = useMemo(
    () => debugEntries().filter((e) => meets(e, filter, tab, selected)),
    [version, filter, tab, selected],
  );
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => 28,
    getItemKey: (i) => rows[i]?.key ?? i,
    overscan: 8,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: new rows scroll into sight
  useEffect(() => {
    // Who walks through the messages is not to be carried off.
    const walking = document.activeElement !== box.current && box.current?.contains(document.activeElement);
    if (atEnd.current && rows.length > 0 && !walking) list.scrollToIndex(rows.length - 1, { align: 'end' });
  }, [rows]);
  const filtered = filter.text !== '' || filter.level !== 'all' || filter.scope !== 'all';
  return (
    <section className="debug" aria-label={t('Debug messages')}>
      <div className="panel-bar">
        <SearchField
          label={t('Filter')}
          value={filter.text}
          onChange={(e) => setFilter({ ...filter, text: e.target.value })}
        />
        <select
          className="input"
          aria-label={t('Level')}
          value={filter.level}
          onChange={(e) => setFilter({ ...filter, level: e.target.value as Filter['level'] })}
        >
          <option value="all">{t('Everything')}</option>
          <option value="errors">{t('Errors and warnings')}</option>
          <option value="debug">{t('Debug nodes')}</option>
        </select>
        <select
          className="input"
          aria-label={t('Of')}
          value={filter.scope}
          onChange={(e) => setFilter({ ...filter, scope: e.target.value as Filter['scope'] })}
        >
          <option value="all">{t('All flows')}</option>
          <option value="flow">{t('This flow')}</option>
          <option value="selection">{t('Selected nodes')}</option>
        </select>
        <span className="grow" />
        <Button
          size="small"
          kind="quiet"
          icon={paused ? 'play' : 'pause'}
          aria-label={t('Pause')}
          aria-pressed={paused}
          onClick={() => pauseDebug(!paused)}
        >
          <span className="fixed-label" data-held={(paused && held > 0) || undefined}>
            {paused ? (held > 0 ? t('{{count}} new', { count: held }) : t('Paused')) : t('Pause')}
          </span>
        </Button>
        <Button size="small" kind="quiet" icon="trash-2" aria-label={t('Clear')} onClick={clearDebug}>
          <span>{t('Clear')}</span>
        </Button>
      </div>
      <p id="debug-keys" className="away">
        {t(
          'Up and down go from line to line, right opens one, left leads out of it and to the node, Enter goes there, P pins a member.',
        )}
      </p>
      <div
        ref={box}
        className="debug-list"
        role="log"
        aria-label={t('Debug messages')}
        aria-live="off"
        aria-describedby="debug-keys"
        data-start=""
        onKeyDown={walk}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
        tabIndex={0}
        onScroll={(e) => {
          const el = e.currentTarget;
          atEnd.current = el.scrollHeight - el.scrollTop - el.clientHeight < 24;
        }}
      >
        {rows.length === 0 ? (
          filtered && debugEntries().length > 0 ? (
            <Empty title={t('Nothing meets the filter')}>
              <Button size="small" onClick={() => setFilter(noFilter)}>
                {t('Clear filter')}
              </Button>
            </Empty>
          ) : (
            <Empty title={tx('No messages yet. Put a debug on any port with {{key}}', { key: <Kbd chord="D" /> })} />
          )
        ) : (
          <div style={{ height: list.getTotalSize(), position: 'relative' }}>
            {list.getVirtualItems().map((v) => {
              const e = rows[v.index];
              return e ? (
                <div
                  key={v.key}
                  ref={list.measureElement}
                  data-index={v.index}
                  className="debug-at"
                  style={{ transform: `translateY(${v.start}px)` }}
                >
                  <Row entry={e} />
                </div>
              ) : null;
            })}
          </div>
        )}
      </div>
    </section>
  );
}

const two = (n: number) => String(n).padStart(2, '0');

type Kept = NonNullable<DebugEntry['whole']>;
type Whole = Shown & { of: Kept };

/** The whole value, or null if it cannot be had, which is said. */
async function fetchWhole(of: Kept): Promise<Whole | null> {
  try {
    return { ...(await whole(of.session, of.seq)), of };
  } catch (e) {
    const gone = e instanceof ApiError && e.status === 404;
    toast({
      kind: 'error',
      title: gone ? t('The whole value is no longer kept') : e instanceof Error ? e.message : String(e),
    });
    return null;
  }
}

const Row = memo(function Row({ entry: e }: { entry: DebugEntry }) {
  const doc = useStore(docStore, (s) => s.doc);
  const [all, setAll] = useState<Whole | null>(null);
  const value = useMemo(() => {
    const v = all ? shown(all.msg, all.format) : shown(e.msg, e.format);
    return e.level !== '' && v.kind === 'string' ? { ...v, kind: 'words' as const } : v;
  }, [e.msg, e.format, e.level, all]);
  const base = useMemo(() => (e.property ? ['msg', ...e.property.split('.')] : ['msg']), [e.property]);
  const everyPin = useStore(prefs, (p) => p.pins);
  const pins = useMemo(
    () => ({
      base,
      paths: pinsOf(everyPin, e.alias, base),
      toggle: (path: string[]) => setPref({ pins: togglePin(prefs.getState().pins, e.alias, path) }),
    }),
    [everyPin, e.alias, base],
  );
  const n = doc.nodes[e.alias] ?? doc.nodes[e.node];
  const label = n ? labelOf(n, doc) : e.name || e.type || t('runtime');
  const at = new Date(e.at);
  if (e.kind === 'gap') return <div className="debug-row debug-gap">{e.msg}</div>;
  return (
    <article className="debug-row" data-level={e.level || undefined}>
      <time className="meta" dateTime={at.toISOString()} title={finestTime(e.at)}>
        {two(at.getHours())}:{two(at.getMinutes())}:{two(at.getSeconds())}
      </time>
      <button
        type="button"
        className="node-chip"
        disabled={!n}
        onClick={() => n && reveal(n.id)}
        title={t('Show this node')}
        style={{ '--tile': `var(--cat-${categoryOf(n?.type ?? e.type)})` } as React.CSSProperties}
      >
        <span className="ellipsis">{label}</span>
      </button>
      {e.level !== '' && (
        <Icon name={e.level === 'error' ? 'circle-alert' : 'triangle-alert'} size={14} className={`level-${e.level}`} />
      )}
      <div className="debug-value">
        <ValueTree
          value={value}
          name={e.property ? `msg.${e.property}` : e.kind === 'debug' && value.children ? 'msg' : undefined}
          path={e.kind === 'debug' ? base : []}
          inArray={base.map(() => false)}
          pins={e.kind === 'debug' ? pins : undefined}
          open={all !== null}
        />
      </div>
      {e.whole && all?.of !== e.whole && (
        <button
          type="button"
          className="link"
          onClick={() => e.whole && void fetchWhole(e.whole).then((w) => w && setAll(w))}
        >
          {t('Show all')}
        </button>
      )}
      {e.topic !== '' && <span className="meta debug-topic ellipsis">{e.topic}</span>}
      {e.count > 1 && <span className="chip">×{e.count}</span>}
    </article>
  );
});
