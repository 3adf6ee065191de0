/** A tone of a pattern: from when to when, in seconds, at which frequencies in hertz. */
interface Tone {
  from: number;
  to: number;
  hertz: readonly number[];
}

/** A pattern that is played over and over. */
export interface Pattern {
  /** Its length in seconds. */
  length: number;
  tones: readonly Tone[];
}

/** Extreme: two tones without a pause, which is nothing else in the room. */
export const ALARM: Pattern = {
  length: 1,
  tones: [
    { from: 0, to: 0.5, hertz: [880, 1760, 2640] },
    { from: 0.5, to: 1, hertz: [660, 1320, 1980] },
  ],
};

/** The link is lost: three falling tones and a pause. */
export const LINK_LOST: Pattern = {
  length: 3,
  tones: [
    { from: 0, to: 0.22, hertz: [587, 1174] },
    { from: 0.28, to: 0.5, hertz: [494, 988] },
    { from: 0.56, to: 0.9, hertz: [392, 784] },
  ],
};

/** Seconds a tone takes to rise and to fall, so that it doesn't click. */
const EDGE = 0.012;

/** The samples of one round of a pattern, each between -1 and 1. */
export function samples({ length, tones }: Pattern, rate: number): Float32Array<ArrayBuffer> {
  const out = new Float32Array(new ArrayBuffer(4 * Math.round(length * rate)));
  for (const { from, to, hertz } of tones) {
    const end = Math.min(out.length, Math.round(to * rate));
    for (let index = Math.round(from * rate); index < end; index += 1) {
      const time = index / rate;
      const edge = Math.min(1, (time - from) / EDGE, (to - time) / EDGE);
      out[index] = Math.max(0, edge) * voice(hertz, time);
    }
  }
  return out;
}

/** The first frequency loud, each further one half as loud as the one before; the sum stays within -1 and 1. */
function voice(hertz: readonly number[], time: number): number {
  const weights = hertz.map((_, index) => 0.5 ** index);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const sum = hertz.reduce((all, one, index) => all + (weights[index] ?? 0) * Math.sin(2 * Math.PI * one * time), 0);
  return sum / total;
}
