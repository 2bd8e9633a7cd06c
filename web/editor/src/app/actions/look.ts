import type { Action } from '../../actions/registry';
import { type Prefs, prefs, setPref } from '../prefs';

const sizes: Prefs['fontSize'][] = [12, 13, 14, 16];

function resize(step: number): void {
  const fontSize = sizes[sizes.indexOf(prefs.getState().fontSize) + step];
  if (fontSize !== undefined) setPref({ fontSize });
}

/** Settings of the look that are worth a command. */
export const lookActions: Action[] = [
  {
    id: 'view.theme-light',
    title: 'Light theme',
    section: 'View',
    icon: 'sun',
    run: () => setPref({ theme: 'light' }),
  },
  {
    id: 'view.theme-dark',
    title: 'Dark theme',
    section: 'View',
    icon: 'moon',
    run: () => setPref({ theme: 'dark' }),
  },
  {
    id: 'view.theme-system',
    title: 'Theme of the system',
    section: 'View',
    icon: 'monitor',
    run: () => setPref({ theme: 'system' }),
  },
  {
    id: 'view.contrast',
    title: 'High contrast',
    section: 'View',
    icon: 'contrast',
    run: () => setPref({ contrast: prefs.getState().contrast === 'more' ? 'normal' : 'more' }),
  },
  {
    id: 'view.density',
    title: 'Compact rows',
    section: 'View',
    icon: 'list-ordered',
    words: 'density rows',
    run: () => setPref({ density: prefs.getState().density === 'compact' ? 'normal' : 'compact' }),
  },
  { id: 'view.text-larger', title: 'Larger text', section: 'View', words: 'font size', run: () => resize(1) },
  { id: 'view.text-smaller', title: 'Smaller text', section: 'View', words: 'font size', run: () => resize(-1) },
  {
    id: 'view.grid',
    title: 'Show or hide the grid',
    section: 'View',
    words: 'dots',
    run: () => setPref({ grid: !prefs.getState().grid }),
  },
  {
    id: 'view.snap',
    title: 'Snap to the grid, or not',
    section: 'View',
    words: 'align',
    run: () => setPref({ snap: !prefs.getState().snap }),
  },
  {
    id: 'view.english',
    title: 'English',
    section: 'View',
    words: 'language',
    run: () => setPref({ language: 'en' }),
  },
  { id: 'view.german', title: 'German', section: 'View', words: 'language', run: () => setPref({ language: 'de' }) },
];
