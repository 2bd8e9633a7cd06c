import { createInstance, type FormatterModule } from 'i18next';
import { createStore } from 'zustand/vanilla';
import english from './en.json';

/** The languages there are, each by its own name. */
export const languages = { en: 'English', de: 'Deutsch' } as const;
export type Language = keyof typeof languages;

/** English is in the code; the others are fetched when they are spoken. */
const catalogues: Record<Exclude<Language, 'en'>, () => Promise<{ default: Record<string, string> }>> = {
  de: () => import('./de.json'),
};

const numbers: FormatterModule = {
  type: 'formatter',
  init: () => {},
  add: () => {},
  addCached: () => {},
  format: (value: unknown, _, language) =>
    typeof value === 'number' ? value.toLocaleString(language) : (value as string),
};

// The English text is the key. en.json holds only what differs from its key: the singulars.
const i18n = createInstance().use(numbers);
void i18n.init({
  lng: 'en',
  fallbackLng: 'en',
  resources: { en: { translation: english } },
  keySeparator: false,
  nsSeparator: false,
  interpolation: {
    escapeValue: false, // React and textContent do
    alwaysFormat: true,
  },
});

export const languageStore = createStore<{ language: Language }>(() => ({ language: 'en' }));

/** The language that the browser asks for, English if we have none of its own. */
export function systemLanguage(wanted: readonly string[] = navigator.languages): Language {
  for (const w of wanted) {
    const l = w.toLowerCase().split('-')[0] ?? '';
    if (l in languages) return l as Language;
  }
  return 'en';
}

let last: Language = 'en';

/** Speaks a language from now on. If its words cannot be fetched, it stays as it is. */
export async function speak(language: Language): Promise<void> {
  last = language;
  if (language !== 'en' && !i18n.hasResourceBundle(language, 'translation')) {
    try {
      i18n.addResourceBundle(language, 'translation', (await catalogues[language]()).default);
    } catch (e) {
      console.error(e);
      return;
    }
  }
  if (last !== language) return; // another was chosen meanwhile
  await i18n.changeLanguage(language);
  languageStore.setState({ language });
}

export type Values = Record<string, string | number>;

/**
 * A text in the language of the editor. The text is written in English, `{{name}}` stands for a value; `count` chooses
 * between singular and plural, `context` tells texts apart that are the same in English only.
 */
export function t(text: string, values?: Values): string {
  return i18n.t(text, values ?? {});
}

/** Marks an English text that is translated where it is shown: t(en('Flow')) in two steps. */
export const en = (s: string): string => s;

/** A noun within a sentence: only English begins it small. */
export const inSentence = (noun: string): string =>
  languageStore.getState().language === 'en' ? noun.toLowerCase() : noun;

/** What is made of texts, made once for each language it is asked for in. */
export function inLanguage<T>(make: () => T): () => T {
  const made = new Map<Language, T>();
  return () => {
    const { language } = languageStore.getState();
    let one = made.get(language);
    if (one === undefined) {
      one = make();
      made.set(language, one);
    }
    return one;
  };
}
