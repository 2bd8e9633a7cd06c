import { type KeyboardEvent, useEffect, useLayoutEffect, useRef } from 'react';
import { useStore } from 'zustand';
import { actionStore, keysOf, run } from '../actions/registry';
import { t } from '../i18n';
import { Kbd } from './Button';
import { Icon } from './Icon';
import { type Item, menuStore, type OpenMenu } from './menu-store';

/** Draws the menu that is open. */
export function MenuHost() {
  const open = useStore(menuStore, (s) => s.open);
  return open ? <Opened key={String(open.label)} menu={open} /> : null;
}

const edge = 6; // px kept free at the window's edge

function Opened({ menu }: { menu: OpenMenu }) {
  const box = useRef<HTMLDivElement>(null);
  const typed = useRef({ text: '', at: 0 });
  const close = (back: boolean) => {
    menuStore.setState((s) => (s.open === menu ? { open: null } : s));
    if (back && menu.from?.isConnected) menu.from.focus();
  };
  useLayoutEffect(() => {
    const el = box.current;
    if (!el) return;
    const { anchor, align } = menu;
    const at = anchor instanceof Element ? anchor.getBoundingClientRect() : new DOMRect(anchor.x, anchor.y, 0, 0);
    const space = anchor instanceof Element ? 4 : 0;
    const { width, height } = el.getBoundingClientRect();
    const x = align === 'end' ? at.right - width : align === 'center' ? at.left + at.width / 2 - width / 2 : at.left;
    const below = at.bottom + space + height <= innerHeight - edge;
    const y = below ? at.bottom + space : Math.max(edge, at.top - space - height);
    el.style.left = `${Math.max(edge, Math.min(x, innerWidth - width - edge))}px`;
    el.style.top = `${y}px`;
    (items(el)[0] ?? el).focus({ preventScroll: true });
  }, [menu]);
  useEffect(() => {
    const out = (e: Event) => {
      const t = e.target as Node;
      if (box.current?.contains(t)) return;
      // The button that opened it closes it by itself.
      if (menu.anchor instanceof Element && menu.anchor.contains(t)) return;
      menuStore.setState((s) => (s.open === menu ? { open: null } : s));
    };
    const gone = () => menuStore.setState({ open: null });
    document.addEventListener('pointerdown', out, true);
    document.addEventListener('wheel', out, true);
    window.addEventListener('blur', gone);
    window.addEventListener('resize', gone);
    return () => {
      document.removeEventListener('pointerdown', out, true);
      document.removeEventListener('wheel', out, true);
      window.removeEventListener('blur', gone);
      window.removeEventListener('resize', gone);
    };
  }, [menu]);
  const onKey = (e: KeyboardEvent) => {
    const all = items(box.current);
    const at = all.indexOf(document.activeElement as HTMLElement);
    const go = (i: number) => all[(i + all.length) % all.length]?.focus();
    e.stopPropagation();
    if (e.key === 'ArrowDown') go(at + 1);
    else if (e.key === 'ArrowUp') go(at < 0 ? -1 : at - 1);
    else if (e.key === 'Home') go(0);
    else if (e.key === 'End') go(-1);
    else if (e.key === 'Escape' || e.key === 'Tab') close(true);
    else if (e.key.length === 1 && e.key !== ' ' && !e.ctrlKey && !e.metaKey && !e.altKey) {
      const now = Date.now();
      const t = typed.current;
      t.text = now - t.at > 700 ? e.key.toLowerCase() : t.text + e.key.toLowerCase();
      t.at = now;
      const from = t.text.length === 1 ? at + 1 : at;
      const order = [...all.slice(from), ...all.slice(0, from)];
      order.find((i) => i.textContent?.toLowerCase().startsWith(t.text))?.focus();
    } else return;
    e.preventDefault();
  };
  const choose = (f: () => void, stay: boolean) => {
    if (!stay) close(true);
    f();
  };
  return (
    <div
      ref={box}
      className="popup menu"
      role="menu"
      aria-label={menu.label}
      tabIndex={-1}
      data-open=""
      onKeyDown={onKey}
      onContextMenu={(e) => e.preventDefault()}
    >
      {menu.items().map((item, i) => (
        <One
          key={typeof item === 'object' && 'label' in item ? `${i} ${item.label}` : `${i} ${String(item)}`}
          item={item}
          choose={choose}
        />
      ))}
    </div>
  );
}

const items = (box: HTMLElement | null): HTMLElement[] => [
  ...(box?.querySelectorAll<HTMLElement>('[role^=menuitem]:not(:disabled)') ?? []),
];

type Row = Exclude<Item, string | { heading: string }>;

function One({ item, choose }: { item: Item; choose: (f: () => void, stay: boolean) => void }) {
  const actions = useStore(actionStore, (s) => s.actions);
  if (item === '-') return <hr className="menu-sep" />;
  if (typeof item === 'object' && 'heading' in item) return <div className="menu-label">{item.heading}</div>;
  let row: Row;
  if (typeof item === 'string') {
    const a = actions.get(item);
    if (!a) return null;
    const chord = keysOf(a)[0];
    row = {
      label: t(a.title),
      disabled: !(a.when?.() ?? true),
      run: () => run(a.id),
      ...(a.icon ? { icon: a.icon } : {}),
      ...(chord ? { chord } : {}),
    };
  } else row = item;
  const ticked = row.checked !== undefined;
  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: only rows with a tick have it
    <button
      type="button"
      role={ticked ? (row.radio ? 'menuitemradio' : 'menuitemcheckbox') : 'menuitem'}
      aria-checked={row.checked}
      tabIndex={-1}
      className="menu-item"
      disabled={row.disabled}
      data-danger={row.danger || undefined}
      onPointerMove={(e) => e.currentTarget.focus({ preventScroll: true })}
      onClick={() => choose(row.run, ticked && !row.radio)}
    >
      {ticked && <span className="menu-check">{row.checked && <Icon name="check" />}</span>}
      {row.icon && <Icon name={row.icon} />}
      {row.swatch && <i className="menu-swatch" style={{ background: row.swatch }} />}
      <span className="grow">
        {row.label}
        {row.hint && <small>{row.hint}</small>}
      </span>
      {row.chord && <Kbd chord={row.chord} />}
    </button>
  );
}
