import { ContextMenu as Context } from '@base-ui/react/context-menu';
import { Menu as Base } from '@base-ui/react/menu';
import type { ReactElement, ReactNode } from 'react';
import { useStore } from 'zustand';
import { type Action, actionStore, keysOf, run } from '../actions/registry';
import { Kbd } from './Button';
import { Icon } from './Icon';

/** An entry of a menu: an action by its id, something of one's own, a heading or a line between. */
export type Item =
  | string
  | '-'
  | { heading: string }
  | {
      label: string;
      hint?: string;
      icon?: string;
      danger?: boolean;
      disabled?: boolean;
      /** Ticked or not; absent: nothing to tick. */
      checked?: boolean;
      /** One of several of which one is ticked. */
      radio?: boolean;
      chord?: string;
      run: () => void;
    };

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

interface MenuProps {
  /** The button that opens it. */
  trigger: ReactElement;
  items: Item[] | (() => Item[]);
  align?: 'start' | 'center' | 'end';
  side?: 'top' | 'bottom';
  children?: ReactNode;
}

export function Menu({ trigger, items, align = 'start', side = 'bottom' }: MenuProps) {
  return (
    <Base.Root modal={false}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner className="positioner" align={align} side={side} sideOffset={4}>
          <Base.Popup className="popup menu">
            <Items items={typeof items === 'function' ? items() : items} />
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

/** A menu for what is under the pointer: right click, long press, or the menu key. */
export function ContextMenu({
  children,
  items,
  onOpen,
}: {
  children: ReactElement;
  items: () => Item[];
  onOpen?: () => void;
}) {
  return (
    <Context.Root onOpenChange={(open) => open && onOpen?.()}>
      <Context.Trigger render={children} />
      <Context.Portal>
        <Context.Positioner className="positioner">
          <Context.Popup className="popup menu">
            <LazyItems items={items} />
          </Context.Popup>
        </Context.Positioner>
      </Context.Portal>
    </Context.Root>
  );
}

const LazyItems = ({ items }: { items: () => Item[] }) => <Items items={items()} />;
