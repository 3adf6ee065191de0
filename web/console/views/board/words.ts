import { areaWords } from '../../area_words';
import { board } from './en_board';

/** The words of the board. */
export const boardWords = areaWords(board, { ar: () => import('./ar_board').then(({ board }) => board) });
