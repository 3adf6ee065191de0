import type { Intent } from '../../api/client';
import type { Wire } from '../../api/types';
import type { Places } from '../wire';
import { client } from './client';

/** Places that the session's grants cover, and entering them. What is made here goes through `perform`. */
export const places = {
  places: () => client.get<Places>('/v1/places'),
  countries: () => client.get<Wire['Countries']>('/v1/countries'),
  newOrganisation: (body: Wire['NewOrganisation']): Intent => client.intend('/v1/organisations', body),
  changeOrganisation: (id: string, body: Wire['ChangeOrganisation']): Intent => client.intend(`/v1/organisations/${id}`, body, 'PATCH'),
  newOffice: (body: Wire['NewOffice']): Intent => client.intend('/v1/offices', body),
  changeOffice: (id: string, body: Wire['ChangeOffice']): Intent => client.intend(`/v1/offices/${id}`, body, 'PATCH'),
  newStation: (body: Wire['NewDutyStation']): Intent => client.intend('/v1/duty-stations', body),
  changeStation: (id: string, body: Wire['ChangeDutyStation']): Intent => client.intend(`/v1/duty-stations/${id}`, body, 'PATCH'),
  endStation: (id: string): Intent => client.intend(`/v1/duty-stations/${id}`, undefined, 'DELETE'),
  newRegion: (body: Wire['NewRegion']): Intent => client.intend('/v1/regions', body),
  changeRegion: (id: string, body: Wire['ChangeRegion']): Intent => client.intend(`/v1/regions/${id}`, body, 'PATCH'),
  endRegion: (id: string): Intent => client.intend(`/v1/regions/${id}`, undefined, 'DELETE'),
  newPremises: (body: Wire['NewPremises']): Intent => client.intend('/v1/premises', body),
  endPremises: (id: string): Intent => client.intend(`/v1/premises/${id}`, undefined, 'DELETE'),
};
