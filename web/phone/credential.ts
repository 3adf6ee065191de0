import type { Near } from './held_near';
import { isPlace, type Item } from './item';
import type { SessionRecord } from './session';

/** What this phone holds that could let an item in. */
export interface Holds {
  near: Pick<Near, 'distress' | 'me'>;
  session: SessionRecord | undefined;
  /** Whether the server has not ended the sign-in. */
  signedIn: boolean;
  /** The credential of the case that an addition belongs to. */
  caseToken: (item: Item) => string | undefined;
}

/**
 * The `Authorization` of an item after so many refusals (0, 1, ...) of earlier ones; none while this phone has none. Nobody
 * else's credential ever sends it.
 */
export function credentialOf(item: Item, refusals: number, holds: Holds): string | undefined {
  const { near, session, signedIn } = holds;
  if (isPlace(item)) {
    const access = signedIn && session?.person === item.person ? session?.access : undefined;
    return access ? `Bearer ${access}` : undefined;
  }
  if (item.kind !== 'not_okay') {
    const token = holds.caseToken(item);
    return token && `Case ${token}`;
  }
  const me = near.me?.id ?? session?.person;
  const mine = item.person === undefined || me === undefined || item.person === me;
  const access = mine ? session?.access : undefined;
  const capabilities = new Set([mine ? near.distress : undefined, item.distress]);
  const choices = [...capabilities].filter((one) => one !== undefined).map((one) => `Distress ${one}`);
  if (access) choices.push(`Bearer ${access}`);
  return choices[refusals % choices.length];
}
