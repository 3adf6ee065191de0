import type { Wire } from '../api/types';
import { settings } from '../ui/platform';

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
    };
  } catch {
    return empty;
  }
}

/** Keeps it for the next page. */
export function saveNear({ distress, me, contacts, exercise }: Near): void {
  settings.set(NAME, JSON.stringify({ distress, me, contacts, exercise }));
}
