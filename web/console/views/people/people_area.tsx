import type { Area } from '../../areas';
import { PeoplePage } from './people_page';
import { peopleWords } from './words';

/** The register. */
export const area: Area = { Page: PeoplePage, words: peopleWords };
