import type { Intent } from '../../api/client';
import type { Wire } from '../../api/types';
import { client, perform, query } from './client';

/** Which people of the register. */
export interface WantedPeople {
  organisation?: string;
  office?: string;
  zone?: string;
  kind?: string;
  /** Those who have left, instead of those who have not. */
  left?: boolean;
  after?: string;
}

/** How long an export may take, in milliseconds. */
const EXPORT_MS = 120_000;

/** The register. */
export const people = {
  newPerson: (body: Wire['NewPerson']): Intent => client.intend('/v1/people', body),
  page: (wanted: WantedPeople) => client.get<Wire['PeoplePage']>(`/v1/people${query({ ...wanted })}`),
  person: (id: string) => client.get<Wire['PersonDetail']>(`/v1/people/${id}`),
  change: (id: string, body: Wire['ChangePerson']): Intent => client.intend(`/v1/people/${id}`, body, 'PATCH'),
  /** Sends a change, if the person still is as they were read. */
  sendChange: (intent: Intent, revision: number) =>
    perform<Wire['PersonDetail']>(intent, { 'If-Match': `"${revision}"` }),
  departure: (id: string, reason?: string): Intent => client.intend(`/v1/people/${id}/departure`, { reason }),
  comeback: (id: string, reason?: string): Intent => client.intend(`/v1/people/${id}/return`, { reason }),
  setPlace: (id: string, body: Wire['SetCurrentPlace']): Intent => client.intend(`/v1/people/${id}/current-place`, body, 'PUT'),
  clearPlace: (id: string): Intent => client.intend(`/v1/people/${id}/current-place`, {}, 'DELETE'),
  called: (id: string, number: string): Intent => client.intend(`/v1/people/${id}/numbers/${number}/verification`, {}),
  waiting: () => client.get<Wire['WaitingNumbers']>('/v1/numbers/waiting'),
  reachability: (wanted: { organisation?: string; office?: string }) =>
    client.get<Wire['Reachability']>(`/v1/reachability${query(wanted)}`),
  counts: () => client.get<Wire['PeopleCounts']>('/v1/people/counts'),
  ofZone: (zone: string, after?: string) => client.get<Wire['ZonePeople']>(`/v1/zones/${zone}/people${query({ after })}`),
  attestations: (office: string) => client.get<Wire['Attestations']>(`/v1/offices/${office}/attestations`),
  attest: (office: string, body: Wire['AttestList']): Intent => client.intend(`/v1/offices/${office}/attestations`, body),
  export: (body: Wire['ExportPeople']): Intent => client.intend('/v1/people/export', body),
  /** Sends an export; the answer is the file. */
  sendExport: (intent: Intent) => perform<Blob>(intent, { Accept: 'text/csv, application/problem+json' }, EXPORT_MS),
};
