import { useStore } from 'zustand';
import { run } from '../../actions/registry';
import { t } from '../../i18n';
import { exactTime } from '../../i18n/format';
import { docStore, isDirty, travel } from '../../model/doc-store';
import { Button, Empty, Icon } from '../../ui';

/** Every step since the page opened, newest first; a click goes there. */
export function HistoryPanel() {
  const undo = useStore(docStore, (s) => s.undo);
  const redo = useStore(docStore, (s) => s.redo);
  const deployedAt = useStore(docStore, (s) => s.deployedAt);
  useStore(docStore, (s) => s.doc);
  const steps = [...undo, ...[...redo].reverse()];
  return (
    <section className="history" aria-label={t('History')}>
      <div className="panel-bar">
        <span className="hint grow">
          {steps.length === 0 ? '' : t('{{at}} of {{count}} steps', { at: undo.length, count: steps.length })}
        </span>
        <Button size="small" kind="quiet" icon="history" onClick={() => run('view.revisions')}>
          {t('Deployed revisions')}
        </Button>
      </div>
      {steps.length === 0 ? (
        <Empty title={t('Nothing changed yet. Every step you make is listed here.')} />
      ) : (
        <ol>
          {steps
            .map((e, i) => ({ e, position: i + 1 }))
            .reverse()
            .map(({ e, position }) => (
              <li key={e.id}>
                <button
                  type="button"
                  aria-current={position === undo.length ? 'step' : undefined}
                  data-undone={position > undo.length || undefined}
                  onClick={() => travel(position)}
                >
                  <span className="meta">{exactTime(e.at)}</span>
                  <span className="grow ellipsis">{e.label}</span>
                  {position === deployedAt && !isDirty() && (
                    <span className="chip" data-kind="ok">
                      {t('deployed')}
                    </span>
                  )}
                </button>
              </li>
            ))}
          <li>
            <button type="button" aria-current={undo.length === 0 ? 'step' : undefined} onClick={() => travel(0)}>
              <Icon name="folder-open" size={12} />
              <span className="grow">{t('As it was opened')}</span>
            </button>
          </li>
        </ol>
      )}
    </section>
  );
}
