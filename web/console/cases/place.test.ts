import { describe, expect, it } from 'vitest';
import { aCase } from '../fixtures';
import type { CaseSummary } from '../wire';
import { ar } from '../words/ar';
import { en } from '../words/en';
import { labelWords } from './labels';
import { placeWords } from './place';

const stranger = (over: Partial<CaseSummary> = {}): CaseSummary => aCase('1', { subject: { name: 'Guard 4' }, ...over });

describe('a row', () => {
  it('says once, and only once, that a person is not in the register', () => {
    for (const words of [en, ar]) {
      for (const labels of [[], ['person_unknown'], ['delayed', 'person_unknown']]) {
        const one = stranger({ labels: labels as CaseSummary['labels'], delayed_s: 90 });
        const said = [placeWords(one, words), ...labelWords(one, words, 'en')];
        expect(said.filter((line) => line === words.queue.notInRegister)).toHaveLength(1);
      }
    }
  });

  it('has the place that was said, before anything else about a stranger', () => {
    expect(placeWords(stranger({ labels: ['person_unknown'], facts: { place: 'Blue gate' } }), en)).toBe('Blue gate');
    expect(placeWords(stranger({ labels: ['person_unknown'] }), en)).toBe(en.queue.noPlace);
  });

  it('has where a person of the register belongs, each name once', () => {
    const subject = { name: 'Amina Yusuf', organisation: 'WFO', office: 'Somaria', duty_station: 'Somaria' };
    expect(placeWords(aCase('1', { subject }), en)).toBe('WFO · Somaria');
  });
});
