import type { Wire } from '../../api/types';
import type { Session } from '../wire';
import { client } from './client';

/** Signing in and out, proving again who one is, and passwords. */
export const session = {
  session: () => client.get<Session>('/v1/session'),
  signIn: (body: Wire['SignIn']) => client.send<Session>('POST', '/v1/session', body),
  signOut: () => client.send<undefined>('DELETE', '/v1/session'),
  stepUp: (body: Wire['StepUp']) => client.send<Wire['SteppedUp']>('POST', '/v1/session/step-up', body),
  changePassword: (body: Wire['ChangePassword']) => client.send<Wire['SessionsEnded']>('POST', '/v1/session/password', body),
  ticket: () => client.send<Wire['Ticket']>('POST', '/v1/live/ticket').then(({ ticket }) => ticket),
  setUp: (body: Wire['FirstAdministrator']) => client.send<Session>('POST', '/v1/setup', body),
  setPassword: (body: Wire['SetPassword']) => client.send<undefined>('POST', '/v1/password', body),
};
