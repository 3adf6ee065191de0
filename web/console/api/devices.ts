import type { Intent } from '../../api/client';
import type { Wire } from '../../api/types';
import type { EnrolmentIssued } from '../wire';
import { client, query } from './client';

/** Making the codes and the QR codes of 500 people takes a while, in milliseconds. */
export const BATCH_MS = 120_000;

/** Phones: codes by which they are enrolled, the phones people have, how far everybody is. */
export const devices = {
  enrolment: (person: string): Intent => client.intend(`/v1/people/${person}/enrolment`, {}),
  performEnrolment: (intent: Intent) => client.perform<EnrolmentIssued>(intent),
  invite: (body: Wire['NewEnrolmentBatch']): Intent => client.intend('/v1/enrolment-batches', body),
  batches: () => client.get<Wire['EnrolmentBatches']>('/v1/enrolment-batches').then(({ batches }) => batches),
  voidBatch: (id: string, reason: string): Intent => client.intend(`/v1/enrolment-batches/${id}`, { reason }, 'DELETE'),
  progress: (organisation?: string) =>
    client.get<Wire['EnrolmentProgress']>(`/v1/enrolment-progress${query({ organisation })}`).then(({ offices }) => offices),
  of: (person: string) => client.get<Wire['DevicesOfPerson']>(`/v1/people/${person}/devices`),
  revoke: (device: string, body: Wire['Revocation']): Intent => client.intend(`/v1/devices/${device}`, body, 'DELETE'),
};
