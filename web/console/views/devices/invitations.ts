import { effect, signal } from '@preact/signals';
import type { Wire } from '../../../api/types';
import { session } from '../../session';
import { holdUnkept } from '../../unkept';
import { devicesWords } from './words';

/**
 * The codes of the last batch, in this page's memory and nowhere else. An alarm may call the person to the queue
 * meanwhile: they stay until the person says that they are done, or signs out.
 */
export const invitations = signal<Wire['EnrolmentBatchIssued'] | undefined>(undefined);

let release: () => void = () => undefined;

/** Takes the codes of a new batch. */
export function keepInvitations(issued: Wire['EnrolmentBatchIssued']): void {
  release();
  invitations.value = issued;
  release = issued.invitations.length === 0 ? () => undefined : holdUnkept(() => devicesWords().sheets.lost);
}

/** Forgets them: they were printed or mailed. */
export function forgetInvitations(): void {
  invitations.value = undefined;
  release();
  release = () => undefined;
}

// The next person at this console may not see them.
effect(() => {
  if (!session.value) forgetInvitations();
});
