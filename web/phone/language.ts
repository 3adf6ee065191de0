import { makeI18n } from '../ui/i18n';
import { en, type Words } from './words/en';

/** The phone's words on the screen. English is inside; nothing waits for another language to arrive. */
export const language = makeI18n<Words>(en, { ar: () => import('./words/ar').then(({ ar }) => ar) });
