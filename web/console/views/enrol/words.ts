import { areaWords } from '../../area_words';
import { enrol } from './en_enrol';

/** The words of the page that enrols one phone. */
export const enrolWords = areaWords(enrol, { ar: () => import('./ar_enrol').then(({ enrol }) => enrol) });
