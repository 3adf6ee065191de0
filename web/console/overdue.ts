import { computed, effect, signal } from '@preact/signals';
import type { Wire } from '../api/types';
import { board } from './api/board';
import { mayOpen } from './area_names';
import { session } from './session';

/** The board is asked again this often, in milliseconds. */
const ASK_MS = 120_000;

/** The board as it was last told; none before it was asked. */
export const lastBoard = signal<Wire['Board'] | undefined>(undefined);
/** Why the last asking failed; none when it did not. */
export const boardFailed = signal<unknown>(undefined);

/** How many things wait for somebody, shown beside the board's name. */
export const overdueCount = computed(() => lastBoard.value && waiting(lastBoard.value));

/** How many things of a board wait for somebody: each zone, list and token is one, and each import and number. */
export function waiting({ unwatched_zones, lists, unheld_tokens, imports_waiting, numbers_waiting }: Wire['Board']): number {
  return unwatched_zones.length + lists.length + unheld_tokens.length + imports_waiting + numbers_waiting;
}

/** Asks for the board. */
export async function askBoard(): Promise<void> {
  try {
    lastBoard.value = await board.board();
    boardFailed.value = undefined;
  } catch (why) {
    boardFailed.value = why;
  }
}

/** Keeps the count beside the board's name. Once per page. */
export function startOverdue(): void {
  const sees = computed(() => session.value !== undefined && mayOpen('board', session.value));
  effect(() => {
    if (!sees.value) {
      lastBoard.value = undefined;
      return undefined;
    }
    void askBoard();
    const timer = setInterval(() => void askBoard(), ASK_MS);
    return () => clearInterval(timer);
  });
}
