import type { Intent } from '../../api/client';
import type { Wire } from '../../api/types';
import { client } from './client';

/** The area of a policy for the whole installation. */
export const INSTALLATION = '00000000-0000-0000-0000-000000000000';

/** Whom the server calls about alarms. What is changed here goes through `perform`. */
export const calling = {
  policies: () => client.get<Wire['Policies']>('/v1/escalation/policies'),
  put: (area: string, body: Wire['PutPolicy']): Intent => client.intend(`/v1/escalation/policies/${area}`, body, 'PUT'),
  end: (area: string): Intent => client.intend(`/v1/escalation/policies/${area}`, {}, 'DELETE'),
  rehearsal: (office: string) => client.get<Wire['Rehearsal']>(`/v1/escalation/rehearsal/${office}`),
  findings: () => client.get<Wire['Findings']>('/v1/escalation/findings'),
  channels: () => client.get<Wire['ChannelsHealth']>('/v1/channels'),
};
