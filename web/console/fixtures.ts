import type { CaseSummary, LiveEvent, Owner } from './wire';

/** The test's operator. */
export const ME = '00000000-0000-7000-8000-00000000000a';
/** Another operator. */
export const OTHER = '00000000-0000-7000-8000-00000000000b';
/** A moment, 21 November, 22:40:07 UTC. */
export const T0 = Date.UTC(2026, 10, 21, 22, 40, 7);

/** A stamp some seconds after `T0`. */
export const at = (seconds: number): string => new Date(T0 + seconds * 1_000).toISOString();

/** An owner of a case. */
export function owner(id: string, name = 'A. Diallo'): Owner {
  return { id, name, since: at(0), acted_at: at(0) };
}

/** A case for a test: open, untaken, ringing. */
export function aCase(id: string, over: Partial<CaseSummary> = {}): CaseSummary {
  return {
    id,
    reference: 'K7Q2MD',
    revision: 1,
    state: 'open',
    severity: 'extreme',
    subject: { name: 'Amina Yusuf', organisation: 'WFO', office: 'Somaria', duty_station: 'Baidara' },
    raised_by: 'own',
    occurred_at: at(0),
    stored_at: at(0),
    last_tap_at: at(0),
    last_tap: `tap-of-${id}`,
    taps: 1,
    ringing: true,
    facts: {},
    ...over,
  };
}

/** An event for a test. */
export function anEvent(scope: string, seq: number, after: CaseSummary, entry = `${after.id}-${after.revision}`): LiveEvent {
  return {
    scope,
    seq,
    cursor: `0000abcd.${seq}.00000000`,
    case: after,
    entry: {
      id: entry,
      revision: after.revision,
      at: at(0),
      occurred_at: at(0),
      actor: { kind: 'phone', name: after.subject.name },
      change: { what: 'raised' },
    },
  };
}
