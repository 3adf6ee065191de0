import type { Intent } from '../../api/client';
import type { Wire } from '../../api/types';
import type { Places } from '../wire';
import { client } from './client';

/** Places that the session's grants cover, and entering them. */
export const places = {
  places: () => client.get<Places>('/v1/places'),
  newOrganisation: (body: Wire['NewOrganisation']): Intent => client.intend('/v1/organisations', body),
  newOffice: (body: Wire['NewOffice']): Intent => client.intend('/v1/offices', body),
  newStation: (body: Wire['NewDutyStation']): Intent => client.intend('/v1/duty-stations', body),
};
