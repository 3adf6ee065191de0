import { computed, signal, type ReadonlySignal } from '@preact/signals';
import { settings } from './platform';

/** The languages the apps speak now. */
export const LANGUAGES = ['en', 'ar'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Each language's own name, for the switch. */
export const LANGUAGE_NAMES: Record<Language, string> = { en: 'English', ar: 'العربية' };

/** The reading direction of a language. */
export function directionOf(language: Language): 'ltr' | 'rtl' {
  return language === 'ar' ? 'rtl' : 'ltr';
}

/** An app's words: English is inside, the others are fetched when chosen. */
export interface I18n<Words> {
  /** The language on the screen. */
  language: ReadonlySignal<Language>;
  /** The words of that language. Read inside a component, so that it follows a change. */
  words: ReadonlySignal<Words>;
  /** Numbers as that language writes them. */
  number: ReadonlySignal<Intl.NumberFormat>;
  /** Changes the language, remembers it, and turns the page's direction. Stays as it is when the words don't arrive. */
  choose: (language: Language) => Promise<boolean>;
  /** The language chosen before, or the browser's, if it is not English; to be passed to `choose` at start. */
  preferred: () => Language;
}

/** Makes the words of an app from its English dictionary and the loaders of the others. */
export function makeI18n<Words>(
  english: Words,
  loaders: Record<Exclude<Language, 'en'>, () => Promise<Words>>,
): I18n<Words> {
  const current = signal<{ language: Language; words: Words }>({ language: 'en', words: english });
  const language = computed(() => current.value.language);
  return {
    language,
    words: computed(() => current.value.words),
    number: computed(() => new Intl.NumberFormat(language.value)),
    async choose(wanted) {
      try {
        const words = wanted === 'en' ? english : await loaders[wanted]();
        current.value = { language: wanted, words };
      } catch {
        return false;
      }
      document.documentElement.lang = wanted;
      document.documentElement.dir = directionOf(wanted);
      settings.set('language', wanted);
      return true;
    },
    preferred: () => pickLanguage(settings.get('language'), navigator.languages),
  };
}

/** The first language that is spoken here: the one chosen before, then the browser's in order, then English. */
export function pickLanguage(chosen: string | null, browser: readonly string[]): Language {
  const wanted = [chosen ?? '', ...browser].map((tag) => tag.toLowerCase().split('-')[0]);
  for (const tag of wanted) {
    const known = LANGUAGES.find((language) => language === tag);
    if (known) return known;
  }
  return 'en';
}
