import type { Words } from '../words/en';
import type { FeedView } from './machine';

/** What the banner of a feed that is not good says. */
export interface FeedSentence {
  /** What is wrong. */
  lead: string;
  /** What happens and what to do. */
  rest: string;
  /** What a screen reader is told: without the seconds, which change all the time. */
  said: string;
}

/** The sentence of the banner; none while the feed is good, or has not been good yet. */
export function feedSentence(
  { freshness, stopped, attempt }: Pick<FeedView, 'freshness' | 'stopped' | 'attempt'>,
  staleS: number,
  banner: Words['banner'],
  num: (value: number) => string,
): FeedSentence | undefined {
  if (freshness !== 'delayed' && freshness !== 'lost') return undefined;
  const lost = freshness === 'lost';
  const why = stopped ? [banner.stopped] : [];
  // The reconnection is named in the same breath as the stop.
  const trying = attempt > 0 && !stopped ? [banner.reconnecting(num(attempt))] : [];
  return {
    lead: join([...why, ...(lost ? [banner.lost(num(staleS))] : stopped ? [] : [banner.delayed(num(staleS))])]),
    rest: join([...trying, ...(lost ? [banner.useOther] : [])]),
    said: join([...why, ...(lost ? [banner.lostSaid] : stopped ? [] : [banner.delayedSaid])]),
  };
}

function join(sentences: readonly string[]): string {
  return sentences.join(' ');
}
