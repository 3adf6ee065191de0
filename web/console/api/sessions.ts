import type { Intent } from '../../api/client';
import type { Wire } from '../../api/types';
import { client, perform } from './client';

/** Lists of open sessions, and ending them. */
export const sessions = {
  own: () => client.get<Wire['OpenSessions']>('/v1/sessions').then(({ sessions }) => sessions),
  of: (person: string) => client.get<Wire['OpenSessions']>(`/v1/people/${person}/sessions`).then(({ sessions }) => sessions),
  end: (id: string) => perform<undefined>(client.intend(`/v1/sessions/${id}`, undefined, 'DELETE')),
  /** Signs somebody out everywhere; perform it. */
  endingAll: (person: string, reason: string): Intent => client.intend(`/v1/people/${person}/sessions/end`, { reason }),
};
