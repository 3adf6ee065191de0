import type { Intent } from '../../api/client';
import type { Wire } from '../../api/types';
import { client, query } from './client';

/** An area as the interface names it. */
export type WatchArea = Pick<Wire['BeginShift'], 'area' | 'area_id' | 'country'>;

/** Shifts, hand-overs, the shift log and duty rosters. What changes something goes through `perform`. */
export const watch = {
  watches: () => client.get<Wire['Watches']>('/v1/watches'),
  begin: (body: Wire['BeginShift']): Intent => client.intend('/v1/shifts', body),
  handOver: (watch: string, shift: string, notes: string): Intent => client.intend(at(watch, shift, 'handover'), { notes }),
  accept: (watch: string, shift: string, item: string): Intent => client.intend(at(watch, shift, 'accept'), { case: item }),
  sign: (watch: string, shift: string): Intent => client.intend(at(watch, shift, 'sign'), {}),
  end: (watch: string, shift: string, reason: string): Intent => client.intend(at(watch, shift, 'end'), { reason }),
  log: (watch: string, after?: string) => client.get<Wire['WatchLog']>(`/v1/watches/${watch}/log${query({ after })}`),
  note: (watch: string, body: Wire['NewWatchEntry']): Intent => client.intend(`/v1/watches/${watch}/log`, body),
  roster: (area: WatchArea, week?: string) => client.get<Wire['Roster']>(`/v1/roster${query({ ...area, week })}`),
  enter: (body: Wire['NewRosterEntry']): Intent => client.intend('/v1/roster', body),
  replace: (entry: string, body: Wire['Duty']): Intent => client.intend(`/v1/roster/${entry}`, body, 'PUT'),
  endEntry: (entry: string): Intent => client.intend(`/v1/roster/${entry}`, {}, 'DELETE'),
};

function at(watch: string, shift: string, what: string): string {
  return `/v1/watches/${watch}/shifts/${shift}/${what}`;
}
