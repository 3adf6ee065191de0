import type { Area } from '../../areas';
import { together } from '../../area_words';
import { roleWords } from '../roles/words';
import { WatchPage } from './watch_page';
import { watchWords } from './words';

/** Shifts, hand-overs, the shift log, duty rosters. */
export const area: Area = { Page: WatchPage, words: together(watchWords, roleWords) };
