import { ApiError, Client, type Intent } from '../../api/client';
import { newId, wait } from '../../ui/platform';
import { mendBy } from '../step_up';

/** What the console sends with every write, so that no form of another page can send one. */
const WRITE_HEADERS = { 'Muster-Console': '1' };

/** What a 401 says about what was typed, not about the session. */
const ABOUT_TYPING: readonly string[] = ['sign_in_failed', 'code_required', 'code_wrong'];

let onSignedOut: () => void = () => undefined;

/** Sets what happens when any answer says that the session is over. */
export function whenSignedOut(handler: () => void): void {
  onSignedOut = handler;
}

/** Whether an error means that the session is over. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401 && !ABOUT_TYPING.includes(error.code);
}

/** The console's way to the server. What each route takes and gives stands beside it, in the file of its noun. */
export const client = new Client({
  fetch: (input, init) => fetch(input, init),
  newKey: newId,
  wait,
  writeHeaders: WRITE_HEADERS,
  onError: (error) => {
    if (isSignedOut(error)) onSignedOut();
  },
  mend: ({ code }) => mendBy(code),
});

/** Performs an intent; what the server wants first is asked for, and the same intent goes again with its key. */
export function perform<T>(intent: Intent, headers?: Record<string, string>, timeoutMs?: number): Promise<T> {
  return client.perform<T>(intent, headers, timeoutMs);
}

/** The parts of a path after the question mark that are given; empty without any. */
export function query(parts: Readonly<Record<string, string | number | boolean | null | undefined>>): string {
  const given = Object.entries(parts).filter(([, value]) => value != null && value !== '' && value !== false);
  const text = given.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join('&');
  return text === '' ? '' : `?${text}`;
}
