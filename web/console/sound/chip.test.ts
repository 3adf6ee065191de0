import { describe, expect, it } from 'vitest';
import { ar } from '../words/ar';
import { en } from '../words/en';
import { soundChip, type SoundFacts } from './chip';

const chip = (facts: Partial<SoundFacts>, words = en) =>
  soundChip({ running: true, here: true, ringing: false, untaken: 0, ...facts }, words.header);

describe('the chip of the sound', () => {
  it('says after a reload without a press that untaken alarms are silent, and how many', () => {
    expect(chip({ running: false, ringing: true, untaken: 2 })).toEqual({ look: 'silent', word: 'SILENT: 2 untaken' });
    expect(chip({ running: false, ringing: true, untaken: 2 }, ar).word).toBe('لا صوت: حالتان دون مستلم');
  });

  it('never says that something rings while the sound is off', () => {
    for (const words of [en, ar]) {
      for (const ringing of [true, false]) {
        for (const untaken of [0, 1, 7]) {
          const { look, word } = chip({ running: false, ringing, untaken }, words);
          expect([look, word]).not.toContain('rings');
          expect(word).not.toContain(words.header.ringing);
        }
      }
    }
  });

  it('is as loud for an own case that was tapped again, and quiet when nothing would ring', () => {
    expect(chip({ running: false, ringing: true })).toEqual({ look: 'silent', word: en.header.silentRings });
    expect(chip({ running: false })).toEqual({ look: 'off', word: en.header.soundOff });
  });

  it('says whether this window is the one that rings', () => {
    expect(chip({ ringing: true, untaken: 1 })).toEqual({ look: 'rings', word: en.header.ringing });
    expect(chip({ ringing: true, untaken: 1, here: false })).toEqual({ look: 'rings', word: en.header.ringingElsewhere });
    expect(chip({ here: false }).look).toBe('elsewhere');
    expect(chip({}).look).toBe('on');
  });

  it('keeps to the sound while a silence runs, however many wait', () => {
    expect(chip({ untaken: 3 }).look).toBe('on');
  });
});
