const OFFSET = 0x811c9dc5;
const PRIME = 0x01000193;

/**
 * FNV-1a (32 bits) over `scope:seq\n` of every scope with events, in ascending order of the scope's text. The server computes the
 * same in each beat, so that a lost frame is found within 5 s.
 */
export function digest(heads: ReadonlyMap<string, number>): number {
  const rows = [...heads].filter(([, seq]) => seq > 0).map(([scope, seq]) => `${scope}:${seq}\n`).sort();
  let hash = OFFSET;
  for (const byte of new TextEncoder().encode(rows.join(''))) hash = Math.imul(hash ^ byte, PRIME) >>> 0;
  return hash;
}
