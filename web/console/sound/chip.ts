import type { Words } from '../words/en';

/** What the sound's chip depends on. */
export interface SoundFacts {
  /** Whether this page's sound engine runs. */
  running: boolean;
  /** Whether this page is the one of this browser that sounds. */
  here: boolean;
  /** Whether a case rings for this operator that no silence covers. */
  ringing: boolean;
  /** How many cases nobody has taken. */
  untaken: number;
}

/** The chip's look, and its word. */
export interface SoundChip {
  look: 'silent' | 'off' | 'rings' | 'elsewhere' | 'on';
  word: string;
}

/** What the chip says. It never says that something rings which cannot be heard: that is silence, and the loudest look. */
export function soundChip({ running, here, ringing, untaken }: SoundFacts, header: Words['header']): SoundChip {
  if (!running) {
    if (untaken > 0) return { look: 'silent', word: header.silentUntaken(untaken) };
    return ringing ? { look: 'silent', word: header.silentRings } : { look: 'off', word: header.soundOff };
  }
  if (ringing) return { look: 'rings', word: here ? header.ringing : header.ringingElsewhere };
  return here ? { look: 'on', word: header.soundOn } : { look: 'elsewhere', word: header.soundElsewhere };
}
