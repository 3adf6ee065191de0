import { effect, signal } from '@preact/signals';
import type { Language } from '../ui/i18n';
import { i18n } from './i18n';

type Other = Exclude<Language, 'en'>;

/** An area's words: called, the ones on the screen. */
export interface AreaWords<Words> {
  (): Words;
  /** Resolves when the words of the language on the screen are here, or could not be fetched: then they are English. */
  ready: () => Promise<void>;
}

/**
 * The words of one area. English travels with the area, the others are fetched when the area is opened in that language
 * or the language changes.
 */
export function areaWords<Words>(english: Words, loaders: Record<Other, () => Promise<Words>>): AreaWords<Words> {
  const here = signal<Partial<Record<Language, Words>>>({ en: english });
  const fetching = new Map<Other, Promise<void>>();
  const fetchOf = (language: Other): Promise<void> => {
    const loading = fetching.get(language) ?? loaders[language]().then(
      (words) => void (here.value = { ...here.peek(), [language]: words }),
      // Tried again with the next area or language: until then the words are English, and understood.
      () => void fetching.delete(language),
    );
    fetching.set(language, loading);
    return loading;
  };
  const ready = async (): Promise<void> => {
    const language = i18n.language.peek();
    if (language !== 'en') await fetchOf(language);
  };
  effect(() => {
    const language = i18n.language.value;
    if (language !== 'en') void fetchOf(language);
  });
  return Object.assign(() => here.value[i18n.language.value] ?? english, { ready });
}

/** The words of an area that has those of others too. */
export function together(...all: readonly { ready: () => Promise<void> }[]): { ready: () => Promise<void> } {
  return { ready: () => Promise.all(all.map(({ ready }) => ready())).then(() => undefined) };
}
