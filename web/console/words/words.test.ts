import { describe, expect, it } from 'vitest';
import { ar } from './ar';
import { en } from './en';

/** Whether a number stands in a text by itself, not as a part of another one. */
const writes = (text: string | undefined, count: number): boolean =>
  new RegExp(`(?<!\\p{Nd})${digits.format(count)}(?!\\p{Nd})`, 'u').test(text ?? '');

const digits = new Intl.NumberFormat('ar');

/** What a counted phrase says in Arabic of one, two, three, eleven and a hundred. */
const said = (phrase: (count: number) => string): string[] => [1, 2, 3, 11, 100].map(phrase);

/** Every phrase that counts something. */
const counted: Record<string, (words: typeof en, count: number) => string> = {
  taps: ({ queue }, count) => queue.taps(count),
  untaken: ({ queue }, count) => queue.untakenCount(count),
  hidden: ({ queue }, count) => queue.hiddenByFilter(count),
  silent: ({ header }, count) => header.silentUntaken(count),
  signOut: ({ header }, count) => header.signOutTaken(count),
  caughtUp: ({ banner }, count) => banner.caughtUp(count),
  rings: ({ banner }, count) => banner.rings('A. Diallo', count),
  found: ({ newCase }, count) => newCase.results(count),
  missing: ({ setup }, count) => setup.passwordShort(count),
};

describe('counts in Arabic', () => {
  it.each(Object.entries(counted))('have their own forms for one, two, few and many: %s', (_, phrase) => {
    const forms = said((count) => phrase(ar, count));
    expect(new Set(forms).size).toBe(5);
    const [one, two, three] = forms;
    // One and two are words by themselves; from three on the number is written.
    expect([writes(one, 1), writes(two, 2), writes(three, 3)]).toEqual([false, false, true]);
  });

  it('are the words people use', () => {
    expect(said(ar.queue.taps)).toEqual([
      'ضغطة واحدة',
      'ضغطتان',
      `${digits.format(3)} ضغطات`,
      `${digits.format(11)} ضغطة`,
      `${digits.format(100)} ضغطة`,
    ]);
  });
});

describe('counts in English', () => {
  it.each(Object.entries(counted))('are written with the number, and never of “1 things”: %s', (_, phrase) => {
    expect(phrase(en, 1)).toMatch(/\b1\b/);
    expect(phrase(en, 1)).not.toMatch(/\b1 (taps|cases|events|people|phones)\b/);
    expect(phrase(en, 7)).toMatch(/\b7\b/);
  });

  it('are left out when there are no more that ring', () => {
    expect(en.banner.rings('A. Diallo', 0)).toBe('A. Diallo rings.');
    expect(ar.banner.rings('A. Diallo', 0)).toBe('إنذار من A. Diallo.');
  });
});

describe('the words of the keys', () => {
  it('say that one key opens and takes', () => {
    expect(en.keys.list.take).toContain(en.queue.openAndTake);
    expect(ar.keys.list.take).toContain(ar.queue.openAndTake);
  });
});
