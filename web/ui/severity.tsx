import type { Wire } from '../api/types';

type Severity = Wire['Severity'];

/** Octagon, triangle, diamond, circle: each severity is known by its outline alone. */
const SHAPES: Record<Severity, string> = {
  extreme: 'M6.5 1h7L19 6.5v7L13.5 19h-7L1 13.5v-7z',
  severe: 'M10 1.5 19 18H1z',
  moderate: 'M10 1l9 9-9 9-9-9z',
  minor: 'M10 1a9 9 0 1 0 0 18 9 9 0 0 0 0-18z',
};

const CLASSES: Record<Severity, string> = { extreme: 'p1', severe: 'p2', moderate: 'p3', minor: 'p4' };

/** The shape alone, filled with the severity's colour; always beside its word. */
export function SeverityShape({ severity }: { severity: Severity }) {
  return (
    <svg class={`shape ${CLASSES[severity]}`} viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
      <path d={SHAPES[severity]} />
    </svg>
  );
}

/** Shape, colour and word: none of the three stands alone. */
export function SeverityBadge({ severity, word }: { severity: Severity; word: string }) {
  return (
    <span class="severity">
      <SeverityShape severity={severity} />
      <span class="severity-word">{word}</span>
    </span>
  );
}
