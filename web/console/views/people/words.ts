import { areaWords } from '../../area_words';
import { people } from './en_people';

/** The words of the register's pages. */
export const peopleWords = areaWords(people, { ar: () => import('./ar_people').then(({ people }) => people) });
