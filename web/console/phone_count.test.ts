import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ASK_AGAIN_MS, PhoneCounter } from './phone_count';
import type { Person } from './wire';

const person = (id: string, devices: number, over: Partial<Person> = {}): Person => ({
  id,
  name: 'Amina Yusuf',
  office_id: 'o1',
  kind: 'staff_national',
  phones: [],
  devices,
  ...over,
});

let register: Person[] = [];
let asked: string[] = [];
let visible = true;
let now = 0;
let counter: PhoneCounter;

/** Lets the answers arrive. */
const arrive = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
  [register, asked, visible, now] = [[], [], true, 7_000];
  counter = new PhoneCounter({
    search: (q) => {
      asked.push(q);
      return Promise.resolve(register);
    },
    visible: () => visible,
    now: () => now,
  });
});
afterEach(() => {
  counter.stop();
  vi.useRealTimers();
});

describe('the number of enrolled phones', () => {
  it('is what the server says now, not what the search said when the person was found', async () => {
    register = [person('someone else', 9), person('p', 2)];
    counter.start(person('p', 0));
    expect(counter.count.value).toEqual({ state: 'asking' });
    await arrive();
    expect(counter.count.value).toEqual({ state: 'known', phones: 2, at: 7_000 });
  });

  it('is asked for every 5 s, and at once after a code was issued', async () => {
    register = [person('p', 0)];
    counter.start(person('p', 0));
    await arrive();
    [register, now] = [[person('p', 1)], 12_000];
    await vi.advanceTimersByTimeAsync(ASK_AGAIN_MS);
    expect(counter.count.value).toEqual({ state: 'known', phones: 1, at: 12_000 });
    counter.refresh();
    await arrive();
    expect(asked).toHaveLength(3);
  });

  it('is not asked for while the page is hidden, nor after the page was left', async () => {
    register = [person('p', 0)];
    counter.start(person('p', 0));
    await arrive();
    visible = false;
    await vi.advanceTimersByTimeAsync(10 * ASK_AGAIN_MS);
    expect(asked).toHaveLength(1);
    visible = true;
    await vi.advanceTimersByTimeAsync(ASK_AGAIN_MS);
    expect(asked).toHaveLength(2);
    counter.stop();
    await vi.advanceTimersByTimeAsync(10 * ASK_AGAIN_MS);
    expect(asked).toHaveLength(2);
  });

  it('is not known when the person is not among those found, or the server does not answer', async () => {
    register = [person('someone else', 9)];
    counter.start(person('p', 0));
    await arrive();
    expect(counter.count.value).toEqual({ state: 'unknown' });
    register = [person('p', 1)];
    await vi.advanceTimersByTimeAsync(ASK_AGAIN_MS);
    expect(counter.count.value).toMatchObject({ state: 'known' });
    counter = new PhoneCounter({ search: () => Promise.reject(new Error('gone')), visible: () => true, now: () => now });
    counter.start(person('p', 1));
    await arrive();
    expect(counter.count.value).toEqual({ state: 'unknown' });
  });

  it('belongs to the person who was chosen last, however late an answer comes', async () => {
    const answers: ((people: Person[]) => void)[] = [];
    counter = new PhoneCounter({ search: () => new Promise((done) => answers.push(done)), visible: () => true, now: () => now });
    counter.start(person('first', 0));
    counter.start(person('second', 0));
    answers[1]?.([person('second', 3)]);
    answers[0]?.([person('first', 8)]);
    await arrive();
    expect(counter.count.value).toMatchObject({ phones: 3 });
  });

  it('is searched for by a number, which few share, and otherwise by a name no longer than the search takes', async () => {
    counter.start(person('p', 0, { phones: [{ number: '+999555010101', kind: 'mobile' }] }));
    counter.start(person('p', 0, { name: 'x'.repeat(200) }));
    await arrive();
    expect(asked).toEqual(['+999555010101', 'x'.repeat(100)]);
  });
});
