import type { Change, TimelineEntry } from '../wire';

type Called = Extract<Change, { what: 'called' }>;
type Result = Extract<Change, { what: 'call_result' }>;

/** How a message to somebody stands by one channel. */
export interface Way {
  channel: Result['channel'];
  state: Result['state'];
  trouble: Result['trouble'];
  at: string;
}

/** Somebody whom the server called, and what came of it. */
export interface CalledPerson {
  person: string;
  name: string;
  role: Called['people'][number]['role'];
  proven: boolean;
  /** When they were first called. */
  since: string;
  ways: Way[];
}

/** Everybody whom the server called about a case, those called last first, each with the newest word of each channel. */
export function calledOf(timeline: readonly TimelineEntry[]): CalledPerson[] {
  const called = new Map<string, CalledPerson>();
  for (const { at, change } of timeline) {
    if (change.what === 'called') {
      for (const { person, name, role, proven, channels } of change.people) {
        const known = called.get(person) ?? { person, name, role, proven, since: at, ways: [] };
        const waits = channels
          .filter((channel) => !known.ways.some((way) => way.channel === channel))
          .map((channel): Way => ({ channel, state: 'pending', trouble: null, at }));
        called.set(person, { ...known, proven: known.proven || proven, ways: [...known.ways, ...waits] });
      }
    } else if (change.what === 'call_result') {
      const known = called.get(change.person);
      if (!known) continue;
      const way: Way = { channel: change.channel, state: change.state, trouble: change.trouble, at };
      const others = known.ways.filter(({ channel }) => channel !== change.channel);
      called.set(change.person, { ...known, ways: [...others, way] });
    }
  }
  return [...called.values()].reverse();
}

/** Whether a state says that somebody has it in hand, that it failed, or that nothing is known yet. */
export function toneOf(state: Way['state']): 'good' | 'bad' | 'waits' {
  if (['answered', 'opened'].includes(state)) return 'good';
  if (['failed', 'expired'].includes(state)) return 'bad';
  return 'waits';
}
