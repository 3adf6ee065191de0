import { areaWords } from '../../area_words';
import { reach } from './en_reach';

/** The words of who is reachable, for the register and for the end of an import. */
export const reachWords = areaWords(reach, { ar: () => import('./ar_reach').then(({ reach }) => reach) });
