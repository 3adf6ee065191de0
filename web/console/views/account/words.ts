import { areaWords } from '../../area_words';
import { account } from './en_account';

/** The words of one's own account. */
export const accountWords = areaWords(account, { ar: () => import('./ar_account').then(({ account }) => account) });
