import type { Intent } from '../../api/client';
import type { Wire } from '../../api/types';
import type { AccountLink } from '../wire';
import { client, query } from './client';

/** Which grants; each that is given must fit. */
export interface WantedGrants {
  person?: string;
  area_id?: string;
  country?: string;
  past?: boolean;
  after?: string;
}

/** Grants, emergencies, seized offices. What is made here goes through `perform`. */
export const rights = {
  grants: (wanted: WantedGrants) => client.get<Wire['GrantPage']>(`/v1/grants${query({ ...wanted })}`),
  grant: (body: Wire['NewGrant']): Intent => client.intend('/v1/grants', body),
  endGrant: (id: string, reason: string): Intent => client.intend(`/v1/grants/${id}`, { reason }, 'DELETE'),
  adInterim: (id: string, body: Wire['AdInterim']): Intent => client.intend(`/v1/grants/${id}/ad-interim`, body),
  breakGlass: (body: Wire['BreakGlass']): Intent => client.intend('/v1/break-glass', body),
  unseal: (body: Wire['Unseal']): Intent => client.intend('/v1/unsealing', body),
  seize: (office: string, reason: string): Intent => client.intend(`/v1/offices/${office}/seizure`, { reason }),
  restore: (office: string, reason: string): Intent => client.intend(`/v1/offices/${office}/seizure`, { reason }, 'DELETE'),
  account: (person: string): Intent => client.intend(`/v1/people/${person}/account`, {}),
};

/** The answer to `rights.account`. */
export type Account = AccountLink;
