import type { Area } from '../../areas';
import { ImportsPage } from './imports_page';
import { importsWords } from './words';

/** Lists of people as files. */
export const area: Area = { Page: ImportsPage, words: importsWords };
