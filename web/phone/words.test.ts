import { describe, expect, it } from 'vitest';
import { colleague, OWN } from './about';
import { ar as entryArabic } from './entry/ar_entry';
import { en as entryEnglish } from './entry/en_entry';
import { saidOf, typedFacts } from './facts';
import { routeOf } from './route';
import { ar } from './words/ar';
import { en } from './words/en';

/** Every sentence of a dictionary with its place in it. */
function sentences(words: object, path = ''): [string, string][] {
  return Object.entries(words).flatMap(([key, value]: [string, unknown]): [string, string][] =>
    typeof value === 'string' ? [[`${path}${key}`, value]] : sentences(value as object, `${path}${key}.`),
  );
}

const slots = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(([slot]) => slot).sort();

describe('the words', () => {
  it('never claim that something is stored before the server has answered', () => {
    const before = [en.stage.sending, en.stage.sendingSub, en.stage.queued, en.stage.queuedKeeping, en.stage.notKept]
      .concat([en.stage.retrying, en.history.tapSending, en.history.tapQueued, en.notConfirmed.title, en.notConfirmed.text])
      .concat(Object.values(en.failure), Object.values(en.hold), Object.values(en.reach));
    for (const text of before) {
      const claim = text.replace(/not yet stored|nothing was sent/gi, '');
      expect(claim).not.toMatch(/stored|received|delivered|was sent/i);
    }
  });

  it('never urge a call without asking whether it is safe, except to those who said that they may be heard', () => {
    const { call, ...guarded } = en.urge;
    expect(call).toBe('Call now.');
    const toAll = [en.unwatched, en.notConfirmed, en.unanswered, en.letGo, en.calls.none, guarded].flatMap((say) =>
      typeof say === 'string' ? [say] : Object.values(say),
    );
    for (const text of toAll) if (/\bcall/i.test(text)) expect(text).toMatch(/if it is safe to speak/i);
  });

  it('say in one short line that it is an exercise', () => {
    expect(en.exerciseShort).toMatch(/^EXERCISE\b/);
    expect(ar.exerciseShort).toMatch(/^تمرين/);
    for (const { exerciseShort } of [en, ar]) expect(exerciseShort.length).toBeLessThanOrEqual(34);
  });

  it('have the same slots in every language', () => {
    for (const [english, other] of [[en, ar], [entryEnglish, entryArabic]] as const) {
      const arabic = new Map(sentences(other));
      for (const [path, text] of sentences(english)) expect([path, slots(arabic.get(path) ?? '')]).toEqual([path, slots(text)]);
    }
  });

  it('are Arabic where they should be', () => {
    const latin = [...sentences(ar).filter(([path]) => path !== 'title'), ...sentences(entryArabic)];
    expect(latin.filter(([, text]) => !/[\u0600-\u06ff]/.test(text))).toEqual([]);
  });

  it('call a place that waits not sent, and a number proven only where the server has said so', () => {
    const { place, prove } = entryEnglish;
    for (const text of [place.unsent, place.unsentOver]) expect(text).toMatch(/^NOT SENT YET/);
    const before = [place.unsentNote, place.sending, place.notKept, place.drop, prove.how, prove.asked, prove.busy]
      .concat(Object.entries(prove.says).flatMap(([says, text]) => (says === 'proven' ? [] : [text])));
    for (const text of before) expect(text).not.toMatch(/\bproven\b|the server has it|was sent\b(?<!nothing was sent)/i);
  });
});

describe('the address', () => {
  it('leads to each screen, and home from anything else', () => {
    expect(['', '#', '#not-okay', '#calls', '#enrol', '#enrol=ABC', '#entry', '#number', '#place', '#nothing'].map(routeOf)).toEqual([
      'home',
      'home',
      'button',
      'calls',
      'enrol',
      'enrol',
      'entry',
      'number',
      'place',
      'home',
    ]);
  });
});

describe('facts', () => {
  it('lays what still waits over what the server has, and says which is which', () => {
    const made = { monotonic: 0, page: 'one', wall: 0 };
    const item = { key: 'f', kind: 'facts' as const, body: '{"facts":{"can_talk":"no"}}', made, tap: 'k1', about: OWN };
    const waiting = { item, kept: 'kept' as const, attempts: 0, sending: false, failure: undefined };
    const held = {
      token: 't',
      untakenSince: 0,
      seen: [],
      taps: [{ key: 'k1', storedAt: '2026-11-21T22:40:07Z' }],
      case: {
        id: 'c1',
        reference: '1',
        revision: 1,
        reached: 'stored' as const,
        stored_at: '2026-11-21T22:40:07Z',
        last_tap_at: '2026-11-21T22:40:07Z',
        facts: { can_talk: 'yes' as const, danger: 'attack' as const },
      },
    };
    const said = saidOf({ id: 'c1', about: OWN, unsent: [], held }, [waiting]);
    expect(said.facts).toEqual({ can_talk: 'no', danger: 'attack' });
    expect([...said.unsent]).toEqual(['can_talk']);
    const other = saidOf({ id: 'c2', about: colleague('B'), unsent: [], held: { ...held, taps: [] } }, [waiting]);
    expect(other.facts.can_talk).toBe('yes');
  });

  it('sends only typed words that are new and can be', () => {
    expect(typedFacts({ people: '', place: ' ', note: '' }, {})).toEqual({});
    expect(typedFacts({ people: '3', place: ' Gate 2 ', note: 'two cars' }, {})).toEqual({ people: 3, place: 'Gate 2', note: 'two cars' });
    expect(typedFacts({ people: '0', place: 'Gate 2', note: '' }, { place: 'Gate 2' })).toEqual({});
    expect(typedFacts({ people: '1.5', place: 'x'.repeat(500), note: '' }, {}).place).toHaveLength(200);
  });
});
