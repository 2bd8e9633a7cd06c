import { Icon } from '../ui';
import { edit, type SmallView, setPanels, useSession } from './session';

const views: [SmallView, string, string][] = [
  ['flow', 'Flow', 'workflow'],
  ['simulator', 'Simulator', 'smartphone'],
  ['debug', 'Debug', 'bug'],
  ['more', 'Nodes', 'layers'],
];

/** On small screens: which region shows. */
export function SmallBar() {
  const small = useSession((s) => s.panels.small);
  return (
    <nav className="small-bar" aria-label="Views">
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
          {label}
        </button>
      ))}
    </nav>
  );
}
