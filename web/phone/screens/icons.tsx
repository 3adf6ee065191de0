import type { Stage } from '../progress';

const STAGES: Record<Stage, string> = {
  // An arrow on its way, in a broken ring.
  sending: 'M16 23V10m-5 5 5-5 5 5',
  // A phone that holds it.
  queued: 'M11 6h10v20H11zM15 23h2',
  // A disk.
  stored: 'M8 10c0-2 16-2 16 0v12c0 2-16 2-16 0zM8 10c0 2 16 2 16 0M8 16c0 2 16 2 16 0',
  // A screen.
  on_console: 'M7 9h18v12H7zM12 25h8M16 21v4',
  // A person with a tick.
  taken: 'M13 15a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM6 25c0-5 3-7 7-7 2 0 4 .6 5.200 1.800M18 22l3 3 6-7',
  // A closed box with a tick.
  closed: 'M8 8h16v16H8zM12 16l3 3 5-6',
};

/** Each stage has its own outline, so that it is known without its colour. */
export function StageShape({ stage }: { stage: Stage }) {
  return (
    <svg class="stage-shape" viewBox="0 0 32 32" width="56" height="56" aria-hidden="true">
      {stage === 'sending' && <circle cx="16" cy="16" r="14" stroke-dasharray="5 4" />}
      <path d={STAGES[stage]} />
    </svg>
  );
}

const GLYPHS = {
  home: 'M4 11 12 4l8 7v9H4zM10 20v-6h4v6',
  colleague: 'M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM2.500 20c0-4 3-6 6.500-6s6.500 2 6.500 6M17 8v6M14 11h6',
  calls: 'M6 3h4l2 5-2.500 2c1 2 2.500 3.500 4.500 4.500L16 12l5 2v4c0 2-2 3-4 3C10 20 4 14 3 7c0-2 1-4 3-4z',
  settings: 'M4 7h9M17 7h3M4 12h3M11 12h9M4 17h9M17 17h3M15 5v4M9 10v4M15 15v4',
  text: 'M4 5h16v11H10l-4 4v-4H4z',
  alert: 'M8 3h8l5 5v8l-5 5H8l-5-5V8zM12 7.500v6M12 16.500v.500',
  info: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 11v5M12 7.500v.500',
  pin: 'M12 21c-4-5-6-8-6-11a6 6 0 0 1 12 0c0 3-2 6-6 11zM12 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4z',
  silent: 'M4 9h3l5-4v14l-5-4H4zM16 9l5 6M21 9l-5 6',
  entry: 'M4 4h16v16H4zM9 11a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM6 16c0-2 1.500-3 3-3s3 1 3 3M15 9h3M15 13h3',
  tick: 'M5 12.500l5 5 9-11',
} as const;

export type Glyph = keyof typeof GLYPHS;

/** A small picture beside its word. */
export function Icon({ glyph }: { glyph: Glyph }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
      <path d={GLYPHS[glyph]} />
    </svg>
  );
}
