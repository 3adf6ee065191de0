import { describe, expect, it } from 'vitest';
import { waiting } from './overdue';

describe('the count beside the board', () => {
  it('counts each zone, list and token once, and each import and number', () => {
    const since = '2026-11-22T05:00:00Z';
    const empty = { unwatched_zones: [], lists: [], unheld_tokens: [], imports_waiting: 0, numbers_waiting: 0, as_of: since };
    expect(waiting(empty)).toBe(0);
    const zone = { zone: 'z', name: 'Harbour', country: 'QX', since, alert: true };
    const list = { office: 'o', name: 'Somaria', people: 31, due_at: since, overdue: true, stale: true };
    const token = { token: 't', name: 'Entra ID', organisation: 'r', since, ends_at: since };
    const all = { unwatched_zones: [zone, zone], lists: [list], unheld_tokens: [token], imports_waiting: 3, numbers_waiting: 4 };
    expect(waiting({ ...empty, ...all })).toBe(11);
  });
});
