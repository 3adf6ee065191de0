import type { Intent } from '../../api/client';
import type { EnrolmentIssued } from '../wire';
import { client } from './client';

/** Phones: codes by which they are enrolled. */
export const devices = {
  enrolment: (person: string): Intent => client.intend(`/v1/people/${person}/enrolment`, {}),
  performEnrolment: (intent: Intent) => client.perform<EnrolmentIssued>(intent),
};
