import type { Area } from '../../areas';
import { together } from '../../area_words';
import { reachWords } from '../reach/words';
import { PeoplePage } from './people_page';
import { peopleWords } from './words';

/** The register. */
export const area: Area = { Page: PeoplePage, words: together(peopleWords, reachWords) };
