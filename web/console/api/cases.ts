import type { Intent } from '../../api/client';
import type { Wire } from '../../api/types';
import type { CaseAfter, CaseDetail, CasePage, Snapshot } from '../wire';
import { client } from './client';

/** A snapshot of thousands of cases over a slow link takes longer than anything else, in milliseconds. */
const SNAPSHOT_MS = 60_000;

/** What an operator does to a case, as the last part of its path. */
export type CaseAct = 'claim' | 'release' | 'still-on-it' | 'notes' | 'contacts' | 'facts' | 'responder' | 'escalation' | 'close';

/** The body of each act. */
export interface CaseActBody {
  claim: Wire['Claim'];
  release: Record<string, never>;
  'still-on-it': Record<string, never>;
  notes: Wire['AddNote'];
  contacts: Wire['TryContact'];
  facts: Wire['AddFacts'];
  responder: Wire['AssignResponder'];
  escalation: Wire['Escalate'];
  close: Wire['CloseCase'];
}

/** Cases. */
export const cases = {
  snapshot: () => client.get<Snapshot>('/v1/snapshot', {}, SNAPSHOT_MS),
  case: (id: string) => client.get<CaseDetail>(`/v1/cases/${id}`),
  closed: (after?: string) =>
    client.get<CasePage>(`/v1/cases?limit=50${after === undefined ? '' : `&after=${encodeURIComponent(after)}`}`),
  /** Makes an intent; perform it until it succeeds or is refused. */
  act: <Act extends CaseAct>(id: string, act: Act, body: CaseActBody[Act]): Intent =>
    client.intend(`/v1/cases/${id}/${act}`, body),
  openCase: (body: Wire['OpenCase']): Intent => client.intend('/v1/cases', body),
  performOnCase: (intent: Intent) => client.perform<CaseAfter>(intent),
};
