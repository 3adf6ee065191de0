import type { Wire } from '../api/types';
import { settings } from '../ui/platform';
import { isWithdrawn, type Withdrawn } from './withdrawn';

/**
 * What must be at hand at the first moment, without waiting for IndexedDB, which may answer late or never: the distress
 * capability (it can only raise a Not Okay for its owner), the name, and whom to call. In localStorage, read at once.
 */
export interface Near {
  distress?: string | undefined;
  me?: Wire['Me'] | undefined;
  contacts: Wire['Contact'][];
  exercise: boolean;
  /** Unknown until the server has said it on this page: an old answer would be a promise. */
  watched?: boolean | undefined;
  /** Why this phone may read nothing any more. */
  withdrawn?: Withdrawn | undefined;
}

const NAME = 'near';

/** What was kept. Anything unreadable counts as nothing. */
export function loadNear(): Near {
  const empty: Near = { contacts: [], exercise: false };
  try {
    const near = JSON.parse(settings.get(NAME) ?? '{}') as Partial<Near>;
    return {
      ...empty,
      distress: typeof near.distress === 'string' ? near.distress : undefined,
      me: typeof near.me?.name === 'string' ? near.me : undefined,
      contacts: Array.isArray(near.contacts) ? near.contacts : [],
      exercise: near.exercise === true,
      withdrawn: isWithdrawn(near.withdrawn) ? near.withdrawn : undefined,
    };
  } catch {
    return empty;
  }
}

/** Keeps it for the next page. */
export function saveNear({ distress, me, contacts, exercise, withdrawn }: Near): void {
  settings.set(NAME, JSON.stringify({ distress, me, contacts, exercise, withdrawn }));
}

/**
 * What stays on a phone that may read nothing any more: what raises a Not Okay, and the public emergency number. No name
 * of anybody, no other number.
 */
export function bared(near: Near, why: Withdrawn): Near {
  const contacts = near.contacts.filter(({ kind }) => kind === 'local_emergency');
  return { distress: near.distress, contacts, exercise: near.exercise, withdrawn: why };
}
