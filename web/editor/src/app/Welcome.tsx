import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import { run } from '../actions/registry';
import { t } from '../i18n';
import { tx } from '../i18n/rich';
import { docStore } from '../model/doc-store';
import { Icon, Kbd } from '../ui';
import { useSession } from './session';
import { starters } from './starters';

/** Whether the open flow has nothing in it. */
export function useEmptyTab(): boolean {
  const tab = useSession((s) => s.tab);
  return useStore(
    docStore,
    useShallow(
      (s) =>
        tab in s.doc.tabs && !s.doc.order.some((id) => s.doc.nodes[id]?.z === tab && s.doc.nodes[id].kind !== 'config'),
    ),
  );
}

/** What stands on an empty canvas. */
export function Welcome() {
  return (
    <section className="welcome" aria-label={t('Start a flow')}>
      <h2 className="title">{t('Start with a trigger')}</h2>
      <div className="welcome-cards">
        {starters.map((s) => (
          <button key={s.title} type="button" onClick={s.run}>
            <Icon name={s.icon} size={20} />
            <strong>{t(s.title)}</strong>
            <span className="hint">{t(s.hint)}</span>
          </button>
        ))}
      </div>
      <p className="hint">
        {tx('or press {{key}} to add any node, or drag one from the palette', {
          key: (
            <button type="button" className="link" onClick={() => run('edit.quick-add')} aria-label={t('Quick add')}>
              <Kbd chord="/" />
            </button>
          ),
        })}
      </p>
    </section>
  );
}
