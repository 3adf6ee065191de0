import { areaWords } from '../../area_words';
import { tokens } from './en_tokens';

/** The words of the page of other systems. */
export const tokensWords = areaWords(tokens, { ar: () => import('./ar_tokens').then(({ tokens }) => tokens) });
