import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { Kbd } from './Button';

interface Tip {
  text: string;
  chord: string;
  at: DOMRect;
}

const delay = 450; // ms
const warm = 600; // so long after one tooltip the next comes at once

/**
 * Tooltips for everything with data-tip (and data-chord): one listener for all, so that a button costs no more than
 * a button. Esc, a click or a key hides them.
 */
export function Tips() {
  const [tip, setTip] = useState<Tip | null>(null);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let shown: Element | null = null;
    let hiddenAt = 0;
    const hide = () => {
      clearTimeout(timer);
      if (shown) hiddenAt = Date.now();
      shown = null;
      setTip(null);
    };
    const show = (el: HTMLElement, wait: number) => {
      if (el === shown) return;
      hide();
      shown = el;
      timer = setTimeout(() => {
        if (el.isConnected)
          setTip({ text: el.dataset['tip'] ?? '', chord: el.dataset['chord'] ?? '', at: el.getBoundingClientRect() });
      }, wait);
    };
    const over = (e: PointerEvent) => {
      const el = e.target instanceof Element ? e.target.closest<HTMLElement>('[data-tip]') : null;
      if (!el) return shown && hide();
      if (e.pointerType !== 'touch') show(el, Date.now() - hiddenAt < warm ? 0 : delay);
    };
    // What has the focus because something opened is not asked about.
    let key = '';
    const pressed = (e: KeyboardEvent) => {
      key = e.key;
      hide();
    };
    const focus = (e: FocusEvent) => {
      const el = e.target instanceof Element ? e.target.closest<HTMLElement>('[data-tip]') : null;
      if (el?.matches(':focus-visible') && (key === 'Tab' || key.startsWith('Arrow'))) show(el, delay);
    };
    const list: [string, (e: never) => void][] = [
      ['pointerover', over],
      ['focusin', focus],
      ['focusout', hide],
      ['pointerdown', hide],
      ['keydown', pressed],
      ['scroll', hide],
    ];
    for (const [name, f] of list) document.addEventListener(name, f as EventListener, true);
    return () => {
      hide();
      for (const [name, f] of list) document.removeEventListener(name, f as EventListener, true);
    };
  }, []);
  useLayoutEffect(() => {
    const el = box.current;
    if (!el || !tip) return;
    const r = el.getBoundingClientRect();
    const below = tip.at.bottom + 6 + r.height < innerHeight;
    el.style.left = `${Math.max(6, Math.min(innerWidth - r.width - 6, tip.at.left + tip.at.width / 2 - r.width / 2))}px`;
    el.style.top = `${below ? tip.at.bottom + 6 : tip.at.top - r.height - 6}px`;
  }, [tip]);
  if (!tip || tip.text === '') return null;
  return (
    <div ref={box} className="popup tooltip" aria-hidden="true">
      {tip.text}
      {tip.chord && <Kbd chord={tip.chord} />}
    </div>
  );
}
