import type { Intent } from '../../api/client';
import type { Wire } from '../../api/types';
import { client } from './client';

/** The register. */
export const people = {
  newPerson: (body: Wire['NewPerson']): Intent => client.intend('/v1/people', body),
};
