/** Colours for what is painted: read from the style sheet, so that themes are made there only. */
export interface Theme {
  canvas: string;
  grid: string;
  gridStrong: string;
  body: string;
  border: string;
  text: string;
  secondary: string;
  onTile: string;
  accent: string;
  wire: string;
  port: string;
  error: string;
  warning: string;
  ok: string;
  group: string;
  category: Record<string, string>;
  dark: boolean;
}

const names = ['common', 'function', 'messaging', 'network', 'parser', 'sequence', 'storage', 'subflows', 'unknown'];

export function readTheme(el: HTMLElement): Theme {
  const style = getComputedStyle(el);
  // Names of the system's colours mean on the page what they mean nowhere else: an element of it tells.
  const probe = matchMedia('(forced-colors: active)').matches ? el.appendChild(document.createElement('i')) : undefined;
  probe?.style.setProperty('forced-color-adjust', 'none');
  const v = (name: string): string => {
    const value = style.getPropertyValue(name).trim() || '#888888';
    if (!probe) return value;
    probe.style.color = value;
    return getComputedStyle(probe).color;
  };
  const category: Record<string, string> = { error: v('--error') };
  for (const c of names) category[c] = v(`--cat-${c}`);
  const theme = {
    ...{ canvas: v('--canvas'), grid: v('--grid'), gridStrong: v('--grid-strong'), body: v('--node') },
    ...{ border: v('--node-border'), text: v('--text'), secondary: v('--text-2'), onTile: v('--on-tile') },
    ...{ accent: v('--accent'), wire: v('--wire'), port: v('--port'), error: v('--error'), warning: v('--warning') },
    ...{ ok: v('--ok'), group: v('--pressed'), category },
    dark: style.colorScheme.includes('dark'),
  };
  probe?.remove();
  return theme;
}

export const colourOf = (t: Theme, category: string): string => t.category[category] ?? t.category['unknown']!;

/** Calls back when the theme may have changed: system scheme, contrast, or an attribute of the page. */
export function watchTheme(changed: () => void): () => void {
  const queries = ['(prefers-color-scheme: dark)', '(prefers-contrast: more)', '(forced-colors: active)'].map((q) =>
    matchMedia(q),
  );
  for (const q of queries) q.addEventListener('change', changed);
  const seen = new MutationObserver(changed);
  seen.observe(document.documentElement, { attributes: true });
  return () => {
    for (const q of queries) q.removeEventListener('change', changed);
    seen.disconnect();
  };
}
