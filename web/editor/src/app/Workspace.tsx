import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { dropTarget } from '../features/palette/drop';
import { Palette } from '../features/palette/Palette';
import { en, t } from '../i18n';
import { authStore } from '../net/http';
import { IconButton, Splitter } from '../ui';
import { MenuHost } from '../ui/MenuHost';
import { part } from '../ui/part';
import { Canvas } from '../view/Canvas';
import { Boundary } from './Boundary';
import { Header } from './Header';
import { OfflineBar } from './OfflineBar';
import { SmallBar } from './SmallBar';
import { type BottomPanel, type LeftPanel, setPanels, useSession } from './session';
import { TabBar } from './TabBar';
import { useEmptyTab, Welcome } from './Welcome';
import { ZoomBar } from './ZoomBar';

const Simulator = part(en('The simulator'), () => import('../features/simulator/Simulator'));
const Inspector = part(en('The form'), async () => ({
  default: (await import('../features/inspector/Inspector')).Inspector,
}));
const DebugPanel = part(en('The panel'), async () => ({
  default: (await import('../features/debug/DebugPanel')).DebugPanel,
}));
const ProblemsPanel = part(en('The panel'), async () => ({
  default: (await import('../features/deploy/ProblemsPanel')).ProblemsPanel,
}));
const ContextPanel = part(en('The panel'), async () => ({
  default: (await import('../features/context-data/ContextPanel')).ContextPanel,
}));
const HistoryPanel = part(en('The panel'), async () => ({
  default: (await import('../features/history/HistoryPanel')).HistoryPanel,
}));
const ConfigNodes = part(en('The panel'), async () => ({
  default: (await import('../features/config-nodes/ConfigNodes')).ConfigNodes,
}));

/** Fetches what shows first, while the flows are on their way: nothing is to come in later and be seen to. */
export function fetchShown(): Promise<unknown> {
  const { panels: p } = useSession.getState();
  const wanted = [
    ...(p.simulator ? [Simulator] : []),
    ...(p.bottom
      ? [{ debug: DebugPanel, problems: ProblemsPanel, context: ContextPanel, history: HistoryPanel }[p.bottomTab]]
      : []),
    ...(p.left && p.leftTab === 'config' ? [ConfigNodes] : []),
  ];
  const patience = new Promise((done) => setTimeout(done, mostWait));
  return Promise.race([Promise.allSettled(wanted.map((x) => x.fetch())), patience]);
}
const mostWait = 1000; // ms: then it comes in later after all

type Width = 'small' | 'tight' | 'wide';

/** Small shows one region at a time, tight has no room for two panels at the right. */
const measure = (): Width => (innerWidth < 900 ? 'small' : innerWidth < 1180 ? 'tight' : 'wide');

function useWidth(): Width {
  const [width, setWidth] = useState(measure);
  useEffect(() => {
    const on = () => setWidth(measure());
    addEventListener('resize', on);
    return () => removeEventListener('resize', on);
  }, []);
  return width;
}

// A panel takes the focus where nothing in it does: who clicks beside a field and types is not to press keys of the canvas.
export function Workspace() {
  const width = useWidth();
  const p = useSession((s) => s.panels);
  const tab = useSession((s) => s.tab);
  const editing = useSession((s) => s.editing !== null);
  const empty = useEmptyTab();
  const asked = useStore(authStore, (s) => s.asked);
  const small = width === 'small';
  const left = small ? p.small === 'more' : p.left;
  const form = editing && p.right;
  const phone = small ? p.small === 'simulator' : p.simulator && !(width === 'tight' && form);
  const bottom = small ? p.small === 'debug' : p.bottom;
  const centre = !small || p.small === 'flow' || p.small === 'debug';
  return (
    <div className="app" data-width={width} inert={asked}>
      <Header />
      <OfflineBar />
      <main className="work">
        {left && (
          <>
            <div className="panel left" tabIndex={-1} style={small ? undefined : { width: p.leftWidth }}>
              <LeftTabs tab={p.leftTab} />
              <Boundary what={t('The panel')}>{p.leftTab === 'palette' ? <Palette /> : <ConfigNodes />}</Boundary>
            </div>
            {!small && (
              <Splitter
                label={t('Width of the left panel')}
                orientation="vertical"
                value={p.leftWidth}
                min={200}
                max={420}
                onChange={(leftWidth) => setPanels({ leftWidth })}
              />
            )}
          </>
        )}
        {centre && (
          <div className="centre">
            {(!small || p.small === 'flow') && (
              <>
                <TabBar />
                <div className="stage" role="tabpanel" aria-label={t('Flow')} {...dropTarget}>
                  <Boundary what={t('The canvas')}>{tab !== '' && <Canvas tab={tab} />}</Boundary>
                  {empty && <Welcome />}
                  {!empty && !small && <ZoomBar />}
                </div>
              </>
            )}
            {bottom && (
              <>
                {!small && (
                  <Splitter
                    label={t('Height of the bottom panel')}
                    orientation="horizontal"
                    after
                    value={p.bottomHeight}
                    min={96}
                    max={640}
                    onChange={(bottomHeight) => setPanels({ bottomHeight })}
                  />
                )}
                <div className="panel bottom" tabIndex={-1} style={small ? undefined : { height: p.bottomHeight }}>
                  <Boundary what={t('The panel')}>
                    <Bottom tab={p.bottomTab} />
                  </Boundary>
                </div>
              </>
            )}
          </div>
        )}
        {form && (
          <>
            {!small && (
              <Splitter
                label={t('Width of the form')}
                orientation="vertical"
                after
                value={p.rightWidth}
                min={300}
                max={720}
                onChange={(rightWidth) => setPanels({ rightWidth })}
              />
            )}
            <div
              className={small ? 'panel right over' : 'panel right'}
              tabIndex={-1}
              style={small ? undefined : { width: p.rightWidth }}
            >
              <Boundary what={t('The form')}>
                <Inspector />
              </Boundary>
            </div>
          </>
        )}
        {phone && (
          <div className="panel phone" tabIndex={-1}>
            <Boundary what={t('The simulator')}>
              <Simulator />
            </Boundary>
          </div>
        )}
        <MenuHost />
      </main>
      {small && <SmallBar />}
    </div>
  );
}

const leftTabs: [LeftPanel, string][] = [
  ['palette', en('Nodes')],
  ['config', en('Accounts & settings')],
];

function LeftTabs({ tab }: { tab: LeftPanel }) {
  return (
    <div className="panel-tabs">
      {leftTabs.map(([id, label]) => (
        <button key={id} type="button" aria-pressed={tab === id} onClick={() => setPanels({ leftTab: id })}>
          {t(label)}
        </button>
      ))}
    </div>
  );
}

const bottomTabs: [BottomPanel, string][] = [
  ['debug', en('Debug')],
  ['problems', en('Problems')],
  ['context', en('Context')],
  ['history', en('History')],
];

function Bottom({ tab }: { tab: BottomPanel }) {
  const problems = useSession((s) => s.problems);
  const all = Object.values(problems).flat();
  const kind = all.some((p) => p.severity === 'error') ? 'error' : 'notice';
  return (
    <>
      <div className="panel-tabs">
        {bottomTabs.map(([id, label]) => (
          <button key={id} type="button" aria-pressed={tab === id} onClick={() => setPanels({ bottomTab: id })}>
            {t(label)}
            {id === 'problems' && all.length > 0 && (
              <span className="count" data-kind={kind}>
                {all.length}
              </span>
            )}
          </button>
        ))}
        <span className="grow" />
        <IconButton
          icon="chevron-down"
          size="small"
          label={t('Close panel')}
          action="view.bottom"
          onClick={() => setPanels({ bottom: false, small: 'flow' })}
        />
      </div>
      {tab === 'debug' && <DebugPanel />}
      {tab === 'problems' && <ProblemsPanel />}
      {tab === 'context' && <ContextPanel />}
      {tab === 'history' && <HistoryPanel />}
    </>
  );
}
