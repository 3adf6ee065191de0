import { makeI18n } from '../ui/i18n';
import { en, type Words } from './words/en';

/** The console's words, in the language chosen. */
export const i18n = makeI18n<Words>(en, { ar: () => import('./words/ar').then(({ ar }) => ar) });

/** The words on the screen. Read inside a component. */
export function words(): Words {
  return i18n.words.value;
}

/** A number as the language writes it. */
export function num(value: number): string {
  return i18n.number.value.format(value);
}
