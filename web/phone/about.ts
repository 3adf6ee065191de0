import type { Wire } from '../api/types';

/** Whom an alarm is about: the phone's owner, or a colleague, whose name may not be known. */
export type About = { readonly kind: 'own' } | { readonly kind: 'colleague'; readonly name?: string };

/** The phone's owner. */
export const OWN: About = { kind: 'own' };

/** The longest colleague's name that is sent, in characters. */
export const NAME_MAX = 200;

/** What the server calls a colleague who was not named. */
const NOT_NAMED = '?';

/** A colleague by the name that was typed; nothing typed is a colleague all the same. */
export function colleague(typed: string): About {
  const name = [...typed.trim()].slice(0, NAME_MAX).join('').trim();
  return name === '' || name === NOT_NAMED ? { kind: 'colleague' } : { kind: 'colleague', name };
}

/** Whom the server says that a case is about. */
export function aboutOfCase({ colleague: name }: Pick<Wire['MyCase'], 'colleague'>): About {
  return typeof name === 'string' ? colleague(name) : OWN;
}

/** Whom a kept item is about. Earlier versions wrote a text: empty for the phone's owner, else the colleague's name. */
export function aboutKept(kept: unknown): About {
  if (typeof kept === 'string') return kept.trim() === '' ? OWN : colleague(kept);
  const about = (kept ?? {}) as { kind?: unknown; name?: unknown };
  return about.kind === 'colleague' ? colleague(typeof about.name === 'string' ? about.name : '') : OWN;
}

/** The same for two alarms about the same person: capitals and spaces do not matter, as at the server. */
export function keyOf(about: About): string {
  if (about.kind === 'own') return 'own';
  return `colleague ${(about.name ?? '').toLowerCase().split(/\s+/).join(' ')}`;
}
