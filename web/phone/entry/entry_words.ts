import { effect, signal } from '@preact/signals';
import type { Language } from '../../ui/i18n';
import { language } from '../language';
import { en, type EntryWords } from './en_entry';

const LOADERS: Record<Exclude<Language, 'en'>, () => Promise<EntryWords>> = {
  ar: () => import('./ar_entry').then(({ ar }) => ar),
};

const here = signal<Partial<Record<Language, EntryWords>>>({ en });

async function fetchWords(of: Language): Promise<void> {
  if (of === 'en' || here.peek()[of]) return;
  const words = await LOADERS[of]().catch(() => undefined);
  if (words) here.value = { ...here.peek(), [of]: words };
}

effect(() => void fetchWords(language.language.value));

/** These pages' words on the screen: English until others have arrived. Read inside a component. */
export function entryWords(): EntryWords {
  return here.value[language.language.value] ?? en;
}

/** Resolves when the words of the language on the screen are here, or could not be fetched. */
export function wordsReady(): Promise<void> {
  return fetchWords(language.language.peek());
}
