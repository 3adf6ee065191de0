import type { Intent } from '../../api/client';
import type { Wire } from '../../api/types';
import { client, perform } from './client';

/** Code generators. */
export const secondFactor = {
  offer: () => perform<Wire['SecondFactorOffered']>(client.intend('/v1/second-factor', {})),
  confirm: (code: string) => perform<Wire['RecoveryCodes']>(client.intend('/v1/second-factor/confirm', { code })),
  /** Takes away somebody's code generator; perform it. */
  removal: (person: string, reason: string): Intent => client.intend(`/v1/people/${person}/second-factor/removal`, { reason }),
};
