import { ApiError, type Intent } from '../api/client';
import { api, type CaseAct, type CaseActBody } from './api';
import { num, words } from './i18n';
import { tell } from './notice';
import { afterWrite, reload } from './open_case';
import type { CaseSummary, TakeoverReason } from './wire';
import type { Words } from './words/en';

/** What went wrong and what to do, for the person, in the words on the screen. */
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
  done: (act: Words['act']) => string,
): Promise<boolean> {
  const key = `${one.id} ${act}`;
  if (underWay.has(key)) return false;
  underWay.add(key);
  try {
    await perform(api.act(one.id, act, body));
    tell('good', () => done(words().act));
    return true;
  } catch (error) {
    tell('bad', () => explain(error));
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
  return press(one, 'claim', {}, ({ taken }) => taken);
}

/** Takes a case over from its owner. */
export function takeOver(one: CaseSummary, reason: TakeoverReason): Promise<boolean> {
  const from = one.owner?.id;
  return from === undefined ? take(one) : press(one, 'claim', { takeover: { from, reason } }, ({ taken }) => taken);
}

/** Gives a case back: it rings for everybody. */
export function giveBack(one: CaseSummary): Promise<boolean> {
  return press(one, 'release', {}, ({ givenBack }) => givenBack);
}

/** Says that the owner is still on it. */
export function stillOnIt(one: CaseSummary): Promise<boolean> {
  return press(one, 'still-on-it', {}, ({ stillOnIt }) => stillOnIt);
}
