import type { Intent } from '../../api/client';
import type { Wire } from '../../api/types';
import { client } from './client';

/** Tokens of other systems. What is made here goes through `perform`. */
export const tokens = {
  /** The newest first, ended ones too; at most a hundred. */
  all: () => client.get<Wire['ServiceTokens']>('/v1/tokens').then(({ tokens }) => tokens),
  issue: (body: Wire['NewToken']): Intent => client.intend('/v1/tokens', body),
  end: (id: string, reason: string): Intent => client.intend(`/v1/tokens/${id}`, { reason }, 'DELETE'),
  hold: (id: string, reason: string): Intent => client.intend(`/v1/tokens/${id}/holder`, { reason }),
  raise: (id: string, people: number, reason: string): Intent => client.intend(`/v1/tokens/${id}/departures`, { people, reason }),
};
