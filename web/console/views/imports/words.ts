import { areaWords } from '../../area_words';
import { imports } from './en_imports';

/** The words of the import pages. */
export const importsWords = areaWords(imports, { ar: () => import('./ar_imports').then(({ imports }) => imports) });
