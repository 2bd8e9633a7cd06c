import { Menu as Base } from '@base-ui/react/menu';
import { useStore } from 'zustand';
import { type Action, actionStore, keysOf, run } from '../actions/registry';
import { Kbd } from './Button';
import { Icon } from './Icon';
import { type Item, menuStore } from './menu-store';

/** Draws the menu that is open. It is fetched when first needed. */
export default function MenuHost() {
  const open = useStore(menuStore, (s) => s.open);
  if (!open) return null;
  const close = () => menuStore.setState((s) => (s.open === open ? { open: null } : s));
  const { anchor } = open;
  const place =
    anchor instanceof Element
      ? anchor
      : { getBoundingClientRect: () => DOMRect.fromRect({ x: anchor.x, y: anchor.y, width: 0, height: 0 }) };
  return (
    <Base.Root open modal={false} onOpenChange={(o) => !o && close()}>
      <Base.Portal>
        <Base.Positioner
          className="positioner"
          anchor={place}
          align={open.align}
          side="bottom"
          sideOffset={anchor instanceof Element ? 4 : 0}
        >
          <Base.Popup className="popup menu" aria-label={open.label} finalFocus={() => open.from ?? true}>
            <Items items={open.items()} />
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

function Items({ items }: { items: Item[] }) {
  const actions = useStore(actionStore, (s) => s.actions);
  return items.map((item, i) => {
    if (item === '-') return <Base.Separator key={i} className="menu-sep" />;
    if (typeof item === 'string') {
      const a = actions.get(item);
      return a ? <ActionItem key={item} action={a} /> : null;
    }
    if ('heading' in item)
      return (
        <div key={item.heading} className="menu-label">
          {item.heading}
        </div>
      );
    const body = (
      <>
        {item.checked !== undefined && (
          <span className="menu-check">{item.checked && <Icon name={item.radio ? 'dot' : 'check'} />}</span>
        )}
        {item.icon && <Icon name={item.icon} />}
        <span className="grow">
          {item.label}
          {item.hint && <small>{item.hint}</small>}
        </span>
        {item.chord && <Kbd chord={item.chord} />}
      </>
    );
    const common = { className: 'menu-item', disabled: item.disabled ?? false };
    if (item.checked === undefined)
      return (
        <Base.Item key={`${i} ${item.label}`} {...common} data-danger={item.danger || undefined} onClick={item.run}>
          {body}
        </Base.Item>
      );
    return (
      <Base.CheckboxItem
        key={`${i} ${item.label}`}
        {...common}
        {...(item.radio ? { role: 'menuitemradio' } : {})}
        checked={item.checked}
        closeOnClick={item.radio === true}
        onCheckedChange={item.run}
      >
        {body}
      </Base.CheckboxItem>
    );
  });
}

function ActionItem({ action }: { action: Action }) {
  const chord = keysOf(action)[0];
  return (
    <Base.Item className="menu-item" disabled={!(action.when?.() ?? true)} onClick={() => run(action.id)}>
      {action.icon && <Icon name={action.icon} />}
      <span className="grow">{action.title}</span>
      {chord && <Kbd chord={chord} />}
    </Base.Item>
  );
}
