import { en, t } from '../i18n';
import { Icon } from '../ui';
import { edit, type SmallView, setPanels, useSession } from './session';

const views: [SmallView, string, string][] = [
  ['flow', en('Flow'), 'workflow'],
  ['simulator', en('Simulator'), 'smartphone'],
  ['debug', en('Debug'), 'bug'],
  ['more', en('Nodes'), 'layers'],
];

/** On small screens: which region shows. */
export function SmallBar() {
  const small = useSession((s) => s.panels.small);
  return (
    <nav className="small-bar" aria-label={t('Views')}>
      {views.map(([id, label, icon]) => (
        <button
          key={id}
          type="button"
          aria-current={small === id ? 'page' : undefined}
          onClick={() => {
            setPanels({ small: id, ...(id === 'more' ? { leftTab: 'palette' } : {}) });
            edit(null);
          }}
        >
          <Icon name={icon} size={20} />
          {t(label)}
        </button>
      ))}
    </nav>
  );
}
