import type { Wire } from '../../api/types';
import { client, query } from './client';

/** What was done with rights, places and lists: the newest first. */
export const audit = {
  page: (wanted: { scope?: string; after?: string }) => client.get<Wire['AuditPage']>(`/v1/audit${query(wanted)}`),
};
