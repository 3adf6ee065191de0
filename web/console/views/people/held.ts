import type { Wire } from '../../../api/types';

/** How much of each somebody holds; absent where the session may not know. */
export interface Held {
  roles: number | undefined;
  sessions: number | undefined;
  codes: number | undefined;
  phones: number | undefined;
}

/** Counts what the server said of a person's grants, sessions and phones. */
export function heldOf(
  grants: Pick<Wire['GrantPage'], 'grants'> | undefined,
  sessions: readonly unknown[] | undefined,
  devices: Wire['DevicesOfPerson'] | undefined,
): Held {
  return {
    roles: grants?.grants.filter(({ ended_at }) => ended_at == null).length,
    sessions: sessions?.length,
    codes: devices?.codes.length,
    phones: devices?.devices.filter(({ revoked_at }) => revoked_at == null).length,
  };
}
