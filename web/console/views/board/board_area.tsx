import type { Area } from '../../areas';
import { BoardPage } from './board_page';
import { boardWords } from './words';

/** What waits for somebody. */
export const area: Area = { Page: BoardPage, words: boardWords };
