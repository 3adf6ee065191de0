import type { Alarm } from './progress';
import { stamp } from './stamp';
import type { en } from './words/en';
import type { Witnessed } from './witnessed';

/** One line of what happened, as a sentence of the dictionary and its values. */
export interface Happening {
  readonly key: string;
  readonly says: keyof typeof en.history;
  readonly values: { readonly time?: string; readonly name?: string; readonly before?: string };
}

interface Dated extends Happening {
  /** Milliseconds since 1970 by the server's clock. */
  readonly at: number;
}

/**
 * What has happened to an alarm, oldest first: each tap, what the server told of the case, and who was seen to have it or
 * to let it go. Nothing that is still to come. `now` is milliseconds since 1970 by the server's clock.
 */
export function happenings({ held, unsent }: Alarm, now: number): Happening[] {
  const dated = (key: string, says: Happening['says'], at: string, values: Happening['values'] = {}): Dated => ({
    key,
    says,
    values: { ...values, time: stamp(at, now) },
    at: Date.parse(at),
  });
  const told = (one: Witnessed, index: number): Dated => {
    const key = `seen ${index}`;
    if (one.what === 'closed') return dated(key, 'closed', one.at);
    if (one.what === 'let_go') return dated(key, 'letGo', one.at, { name: one.name });
    const { name, before } = one;
    return before ? dated(key, 'takenFrom', one.at, { name, before }) : dated(key, 'taken', one.at, { name });
  };
  const past = [
    ...(held?.taps ?? []).map((tap) => dated(tap.key, 'tapStored', tap.storedAt)),
    ...(held?.case.shown_at ? [dated('shown', 'shown', held.case.shown_at)] : []),
    ...(held?.seen ?? []).map(told),
  ].sort((a, b) => a.at - b.at);
  const waiting = unsent.map(
    ({ item, failure }): Happening => ({ key: item.key, says: failure ? 'tapQueued' : 'tapSending', values: {} }),
  );
  return [...past, ...waiting];
}
