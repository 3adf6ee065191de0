import { ApiError, Client, type Intent } from '../api/client';
import { newId, wait } from '../ui/platform';
import type { Wire } from '../api/types';
import type {
  AccountLink,
  CaseAfter,
  CaseDetail,
  CasePage,
  EnrolmentIssued,
  PeopleFound,
  Places,
  Session,
  Snapshot,
} from './wire';

/** What the console sends with every write, so that no form of another page can send one. */
const WRITE_HEADERS = { 'Muster-Console': '1' };
/** A snapshot of thousands of cases over a slow link takes longer than anything else, in milliseconds. */
const SNAPSHOT_MS = 60_000;

let onSignedOut: () => void = () => undefined;

/** Sets what happens when any answer says that the session is over. */
export function whenSignedOut(handler: () => void): void {
  onSignedOut = handler;
}

/** Whether an error means that the session is over. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401 && error.code !== 'sign_in_failed';
}

const client = new Client({
  fetch: (input, init) => fetch(input, init),
  newKey: newId,
  wait,
  writeHeaders: WRITE_HEADERS,
  onError: (error) => {
    if (isSignedOut(error)) onSignedOut();
  },
});

/** What an operator does to a case, as the last part of its path. */
export type CaseAct = 'claim' | 'release' | 'still-on-it' | 'notes' | 'contacts' | 'facts' | 'responder' | 'close';

/** The body of each act. */
export interface CaseActBody {
  claim: Wire['Claim'];
  release: Record<string, never>;
  'still-on-it': Record<string, never>;
  notes: Wire['AddNote'];
  contacts: Wire['TryContact'];
  facts: Wire['AddFacts'];
  responder: Wire['AssignResponder'];
  close: Wire['CloseCase'];
}

const read = {
  session: () => client.get<Session>('/v1/session'),
  snapshot: () => client.get<Snapshot>('/v1/snapshot', {}, SNAPSHOT_MS),
  case: (id: string) => client.get<CaseDetail>(`/v1/cases/${id}`),
  closed: (after?: string) =>
    client.get<CasePage>(`/v1/cases?limit=50${after === undefined ? '' : `&after=${encodeURIComponent(after)}`}`),
  people: (q: string) => client.send<PeopleFound>('POST', '/v1/people/search', { q }),
  places: () => client.get<Places>('/v1/places'),
};

const session = {
  signIn: (body: Wire['SignIn']) => client.send<Session>('POST', '/v1/session', body),
  signOut: () => client.send<undefined>('DELETE', '/v1/session'),
  ticket: () => client.send<Wire['Ticket']>('POST', '/v1/live/ticket').then(({ ticket }) => ticket),
  setUp: (body: Wire['FirstAdministrator']) => client.send<Session>('POST', '/v1/setup', body),
  setPassword: (body: Wire['SetPassword']) => client.send<undefined>('POST', '/v1/password', body),
};

const write = {
  /** Makes an intent; perform it until it succeeds or is refused. */
  act: <Act extends CaseAct>(id: string, act: Act, body: CaseActBody[Act]): Intent =>
    client.intend(`/v1/cases/${id}/${act}`, body),
  openCase: (body: Wire['OpenCase']): Intent => client.intend('/v1/cases', body),
  enrolment: (person: string): Intent => client.intend(`/v1/people/${person}/enrolment`, {}),
  account: (person: string): Intent => client.intend(`/v1/people/${person}/account`, {}),
  newOffice: (body: Wire['NewOffice']): Intent => client.intend('/v1/offices', body),
  newStation: (body: Wire['NewDutyStation']): Intent => client.intend('/v1/duty-stations', body),
  newPerson: (body: Wire['NewPerson']): Intent => client.intend('/v1/people', body),
  newGrant: (body: Wire['NewGrant']): Intent => client.intend('/v1/grants', body),
  performAccount: (intent: Intent) => client.perform<AccountLink>(intent),
  /** For an intent whose answer holds nothing that is needed. */
  perform: (intent: Intent) => client.perform<unknown>(intent),
  performOnCase: (intent: Intent) => client.perform<CaseAfter>(intent),
  performEnrolment: (intent: Intent) => client.perform<EnrolmentIssued>(intent),
};

/** Every request of the console. */
export const api = { ...read, ...session, ...write };
