import { effect, signal } from '@preact/signals';
import type { Wire } from '../../../api/types';
import { session } from '../../session';
import { holdUnkept } from '../../unkept';
import { tokensWords } from './words';

/**
 * The token that was just issued, with its secret, in this page's memory and nowhere else. An alarm may call the person to
 * the queue meanwhile: it stays until the person says that they are done, or signs out.
 */
export const issued = signal<Wire['TokenIssued'] | undefined>(undefined);

let release: () => void = () => undefined;

/** Takes the secret of a new token. */
export function keepIssued(token: Wire['TokenIssued']): void {
  release();
  issued.value = token;
  release = holdUnkept(() => tokensWords().issued.lost);
}

/** Forgets it: it was put where it belongs. */
export function forgetIssued(): void {
  issued.value = undefined;
  release();
  release = () => undefined;
}

// The next person at this console may not see it.
effect(() => {
  if (!session.value) forgetIssued();
});
