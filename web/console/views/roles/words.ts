import { areaWords } from '../../area_words';
import { roles } from './en_roles';

/** What roles and areas are called, for every page that names them. */
export const roleWords = areaWords(roles, { ar: () => import('./ar_roles').then(({ roles }) => roles) });
