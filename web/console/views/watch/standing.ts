import type { Wire } from '../../../api/types';

/** What keeps a hand-over from being signed. */
export interface Standing {
  /** Alarms that are nobody's. */
  untaken: number;
  /** Open items that are somebody's and that the person has not accepted. */
  left: number;
}

/** How far a hand-over is for somebody who takes over; the server decides. */
export function standingOf({ items }: Pick<Wire['Handover'], 'items'>, me: string): Standing {
  const open = items.filter(({ closed }) => !closed);
  return {
    untaken: open.filter(({ owner }) => owner == null).length,
    left: open.filter(({ owner, accepted_by }) => owner != null && accepted_by?.id !== me).length,
  };
}
