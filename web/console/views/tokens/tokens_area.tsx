import type { Area } from '../../areas';
import { TokensPage } from './tokens_page';
import { tokensWords } from './words';

/** Tokens by which other systems reach Muster. */
export const area: Area = { Page: TokensPage, words: tokensWords };
