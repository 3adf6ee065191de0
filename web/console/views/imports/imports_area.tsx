import type { Area } from '../../areas';
import { together } from '../../area_words';
import { reachWords } from '../reach/words';
import { ImportsPage } from './imports_page';
import { importsWords } from './words';

/** Lists of people as files. */
export const area: Area = { Page: ImportsPage, words: together(importsWords, reachWords) };
