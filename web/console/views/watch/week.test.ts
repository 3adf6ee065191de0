import { describe, expect, it } from 'vitest';
import { areaOf, keyOf } from './areas';
import { standingOf } from './standing';
import { dayIn, daysOf, weekLater, weekOf } from './week';

const duty = (from: string, until: string) => ({ entry: 'e', person: 'p', name: 'Ken Mwangi', holds: true, from, until });

describe('the week of a roster', () => {
  it('has seven days from its Monday', () => {
    expect(daysOf('2026-11-23')).toHaveLength(7);
    expect([daysOf('2026-11-23')[6], weekLater('2026-11-23', -1), weekLater('2026-12-28', 1)]).toEqual(['2026-11-29', '2026-11-16', '2027-01-04']);
  });

  it('is read by the wall clock of the roster, not by the one of this computer', () => {
    expect(dayIn('Africa/Nairobi', '2026-11-22T21:00:00Z')).toBe('2026-11-23');
    const roster = { week: '2026-11-23', time_zone: 'Africa/Nairobi' };
    // Monday 18:00 to Tuesday 06:00 in Nairobi.
    const [monday, tuesday, wednesday] = weekOf(roster, { duties: [duty('2026-11-23T15:00:00Z', '2026-11-24T03:00:00Z')], gaps: [] });
    expect(monday?.duties).toMatchObject([{ from: '18:00' }]);
    expect(monday?.duties[0]).not.toHaveProperty('until');
    expect(tuesday?.duties).toMatchObject([{ until: '06:00' }]);
    expect(wednesday?.duties).toEqual([]);
  });

  it('says of a whole day neither when it begins nor when it ends, and puts a midnight to the day before', () => {
    const roster = { week: '2026-11-23', time_zone: 'UTC' };
    const [monday, tuesday, wednesday] = weekOf(roster, { duties: [], gaps: [{ from: '2026-11-23T08:00:00Z', until: '2026-11-25T00:00:00Z' }] });
    expect([monday?.gaps, tuesday?.gaps, wednesday?.gaps]).toEqual([[{ from: '08:00' }], [{}], []]);
  });
});

describe('an area in one word', () => {
  it('is read back as it was', () => {
    for (const area of [{ area: 'installation' }, { area: 'country', country: 'KE' }, { area: 'office', area_id: 'x-1' }] as const) {
      expect(areaOf(keyOf(area))).toEqual(area);
    }
  });
});

describe('a hand-over', () => {
  const item = (owner: string | null, accepted: string | null, closed = false) => ({
    case: 'c',
    reference: 'R',
    state: 'claimed' as const,
    late: false,
    closed,
    owner: owner === null ? null : { id: owner, name: owner },
    accepted_by: accepted === null ? null : { id: accepted, name: accepted },
  });

  it('counts what is untaken, and what the person has not accepted; what is closed counts for nothing', () => {
    const items = [item(null, null), item('a', null), item('a', 'b'), item('a', 'me'), item(null, null, true)];
    expect(standingOf({ items }, 'me')).toEqual({ untaken: 1, left: 2 });
  });
});
