import type { Area } from '../../areas';
import { together } from '../../area_words';
import { roleWords } from '../roles/words';
import { RightsPage } from './rights_page';
import { rightsWords } from './words';

/** Who may do what, where, and until when. */
export const area: Area = { Page: RightsPage, words: together(rightsWords, roleWords) };
