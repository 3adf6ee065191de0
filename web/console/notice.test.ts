import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeI18n } from '../ui/i18n';
import { dismissGoodNews, dismissNotice, notice, NOTICE_MS, tell } from './notice';
import { ar } from './words/ar';
import { en, type Words } from './words/en';

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('document', { documentElement: {} });
});
afterEach(() => {
  dismissNotice();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('a notice', () => {
  it('turns to the language that is chosen while it is on the screen', async () => {
    const i18n = makeI18n<Words>(en, { ar: () => Promise.resolve(ar) });
    tell('bad', () => i18n.words.value.errors.not_owner);
    expect(notice.value?.say()).toBe(en.errors.not_owner);
    await i18n.choose('ar');
    expect(notice.value?.say()).toBe(ar.errors.not_owner);
  });

  it('goes by itself when it is good news, and stays until it is dismissed when it is bad', () => {
    tell('good', () => 'Saved.');
    vi.advanceTimersByTime(NOTICE_MS);
    expect(notice.value).toBeUndefined();
    tell('bad', () => 'Not saved.');
    vi.advanceTimersByTime(10 * NOTICE_MS);
    expect(notice.value?.say()).toBe('Not saved.');
    dismissNotice();
    expect(notice.value).toBeUndefined();
  });

  it('is not taken away by the time of the one before it', () => {
    tell('good', () => 'Saved.');
    vi.advanceTimersByTime(NOTICE_MS - 1);
    tell('bad', () => 'Not saved.');
    vi.advanceTimersByTime(NOTICE_MS);
    expect(notice.value?.tone).toBe('bad');
  });

  it('that all is saved goes when somebody types on; what went wrong stays', () => {
    tell('good', () => 'Saved.');
    dismissGoodNews();
    expect(notice.value).toBeUndefined();
    tell('bad', () => 'Not saved.');
    dismissGoodNews();
    expect(notice.value?.say()).toBe('Not saved.');
  });
});
