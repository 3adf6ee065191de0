import { describe, expect, it } from 'vitest';
import { ar } from '../words/ar';
import { en } from '../words/en';
import { feedSentence } from './sentence';

const { banner } = en;
const sentence = (view: Parameters<typeof feedSentence>[0], words = banner) => feedSentence(view, 17, words, String);

describe('the banner of the feed', () => {
  it('says that the server stopped and that the console reconnects, not that nothing was heard', () => {
    expect(sentence({ freshness: 'delayed', stopped: true, attempt: 1 })).toEqual({
      lead: 'Server stopped, reconnecting.',
      rest: '',
      said: 'Server stopped, reconnecting.',
    });
    expect(sentence({ freshness: 'delayed', stopped: true, attempt: 1 }, ar.banner)?.lead).toBe(ar.banner.stopped);
  });

  it('warns of an old list as well when a stopped server stays away', () => {
    const { lead, rest, said } = sentence({ freshness: 'lost', stopped: true, attempt: 5 }) ?? {};
    expect(lead).toBe(`${banner.stopped} ${banner.lost('17')}`);
    expect(rest).toBe(banner.useOther);
    expect(said).toBe(`${banner.stopped} ${banner.lostSaid}`);
  });

  it('says of a connection that broke how long nothing was heard, and how often it was tried', () => {
    expect(sentence({ freshness: 'delayed', stopped: false, attempt: 2 })).toEqual({
      lead: banner.delayed('17'),
      rest: banner.reconnecting('2'),
      said: banner.delayedSaid,
    });
  });

  it('says nothing while the feed is good or has not come up yet', () => {
    expect(sentence({ freshness: 'fresh', stopped: false, attempt: 0 })).toBeUndefined();
    expect(sentence({ freshness: 'connecting', stopped: false, attempt: 1 })).toBeUndefined();
  });

  it('announces no seconds', () => {
    for (const freshness of ['delayed', 'lost'] as const) {
      for (const stopped of [true, false]) expect(sentence({ freshness, stopped, attempt: 3 })?.said).not.toMatch(/\d/);
    }
  });
});
