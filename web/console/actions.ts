import { signal } from '@preact/signals';
import { ApiError, type Intent } from '../api/client';
import { api, type CaseAct, type CaseActBody } from './api';
import { num, words } from './i18n';
import { afterWrite, reload } from './open_case';
import type { CaseSummary, TakeoverReason } from './wire';

/** A sentence that appears for a moment, or stays until it is read when it is bad news. */
export interface Notice {
  tone: 'good' | 'bad';
  text: string;
}

/** The notice on the screen. */
export const notice = signal<Notice | undefined>(undefined);

const NOTICE_MS = 5_000;
let clearing: ReturnType<typeof setTimeout> | undefined;

/** Shows a notice. */
export function tell(tone: Notice['tone'], text: string): void {
  clearTimeout(clearing);
  notice.value = { tone, text };
  if (tone === 'good') clearing = setTimeout(() => (notice.value = undefined), NOTICE_MS);
}

/** What went wrong and what to do, for the person. */
export function explain(error: unknown): string {
  const { errors, act } = words();
  if (!(error instanceof ApiError)) return errors.unreadable;
  if (error.code === 'already_taken') return act.alreadyTaken(error.problem?.owner ?? '?');
  if (error.code === 'sign_in_delayed' && error.problem?.retry_after != null) {
    return `${errors.sign_in_delayed} (${num(error.problem.retry_after)} s)`;
  }
  // Which field and why is in the server's sentence: it is shown beside ours.
  if (error.code === 'invalid_value') return `${errors.invalid_value} ${error.problem?.detail ?? ''}`;
  const known = (errors as Partial<Record<string, string>>)[error.code];
  return known ?? error.problem?.detail ?? errors.unreadable;
}

/** The acts under way, so that a second press of the same key does nothing. */
const underWay = new Set<string>();

/** Does something to a case by one press, and says how it went. */
export async function press<Act extends CaseAct>(
  one: CaseSummary,
  act: Act,
  body: CaseActBody[Act],
  done: string,
): Promise<boolean> {
  const key = `${one.id} ${act}`;
  if (underWay.has(key)) return false;
  underWay.add(key);
  try {
    await perform(api.act(one.id, act, body));
    tell('good', done);
    return true;
  } catch (error) {
    tell('bad', explain(error));
    // Refused because somebody was quicker: the screen must show what is so now, even while the feed lags.
    if (error instanceof ApiError && error.status === 409) reload();
    return false;
  } finally {
    underWay.delete(key);
  }
}

/** Performs an intent on a case and takes what the case is after it. */
export async function perform(intent: Intent): Promise<CaseSummary> {
  const { case: after } = await api.performOnCase(intent);
  afterWrite(after);
  return after;
}

/** Takes a case nobody has. */
export function take(one: CaseSummary): Promise<boolean> {
  return press(one, 'claim', {}, words().act.taken);
}

/** Takes a case over from its owner. */
export function takeOver(one: CaseSummary, reason: TakeoverReason): Promise<boolean> {
  const from = one.owner?.id;
  return from === undefined ? take(one) : press(one, 'claim', { takeover: { from, reason } }, words().act.taken);
}

/** Gives a case back: it rings for everybody. */
export function giveBack(one: CaseSummary): Promise<boolean> {
  return press(one, 'release', {}, words().act.givenBack);
}

/** Says that the owner is still on it. */
export function stillOnIt(one: CaseSummary): Promise<boolean> {
  return press(one, 'still-on-it', {}, words().act.stillOnIt);
}
