import { useLayoutEffect, useRef } from 'react';
import { markdown } from './markdown';

/** Markdown that people wrote, or a node's help. Load it lazily. */
export default function Markdown({ text }: { text: string }) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const el = box.current;
    if (!el) return;
    el.innerHTML = markdown(text);
    for (const a of el.querySelectorAll('a')) {
      a.target = '_blank';
      a.rel = 'noopener noreferrer';
    }
  }, [text]);
  return <div ref={box} className="markdown" />;
}
