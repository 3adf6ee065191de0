import { areaWords } from '../../area_words';
import { watch } from './en_watch';

/** The words of the watch. */
export const watchWords = areaWords(watch, { ar: () => import('./ar_watch').then(({ watch }) => watch) });
