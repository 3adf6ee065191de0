import { areaWords } from '../../area_words';
import { calling } from './en_calling';

/** The words of the page of whom the server calls. */
export const callingWords = areaWords(calling, { ar: () => import('./ar_calling').then(({ calling }) => calling) });
