import { areaWords } from '../../area_words';
import { rights } from './en_rights';

/** The words of the pages of rights. */
export const rightsWords = areaWords(rights, { ar: () => import('./ar_rights').then(({ rights }) => rights) });
