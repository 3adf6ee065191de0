import type { Wire } from '../api/types';
import { aboutKept, OWN, type About } from './about';
import type { Device } from './device';
import { uuid7 } from './uuid7';

/**
 * What an item does at the server; also its rank: a Not Okay goes before facts, facts before positions, and all of them
 * before where the person says they are for now, or that this is over.
 */
export type Kind = 'not_okay' | 'facts' | 'position' | 'place' | 'place_over';

/** The moment an item was made, by both of the phone's clocks. */
export interface Stamp {
  /** Monotonic milliseconds of the page that made it. */
  monotonic: number;
  /** That page: see {@link Device.page}. */
  page: string;
  /** Wall clock in milliseconds since 1970. */
  wall: number;
}

/** One thing to be stored by the server. Its key and body never change, however often it is sent. */
export interface Item {
  /** UUIDv7, the `Idempotency-Key` of every attempt. */
  readonly key: string;
  readonly kind: Kind;
  /** The JSON text of every attempt. */
  readonly body: string;
  readonly made: Stamp;
  /** The key of the tap it belongs to; its own for a tap. */
  readonly tap: string;
  /** The case it belongs to, when that was known as it was made. */
  readonly case?: string;
  readonly about: About;
  /** Whose phone this was then: another owner's credential must not send it. */
  readonly person?: string;
  /** The distress capability held then; for taps only. */
  readonly distress?: string;
}

/** What is at hand at the moment of the tap. Nothing of it is waited for. */
export interface AtHand {
  position?: Wire['Position'] | undefined;
  battery?: Wire['Battery'] | undefined;
  network?: string | undefined;
  person?: string | undefined;
  distress?: string | undefined;
}

type Moment = Pick<Device, 'monotonic' | 'wall' | 'page' | 'random'>;

function stampNow(device: Moment): Stamp {
  return { monotonic: device.monotonic(), page: device.page, wall: device.wall() };
}

/** A tap: a Not Okay for the phone's owner, or for a colleague, named or not. */
export function makeTap(device: Moment, about: About, atHand: AtHand): Item {
  const made = stampNow(device);
  const key = uuid7(made.wall, device.random());
  const tappedAt = new Date(made.wall);
  const body: Wire['NotOkay'] = {
    ...(about.kind === 'own' ? {} : { colleague: about.name === undefined ? {} : { name: about.name } }),
    ...(atHand.position ? { position: atHand.position } : {}),
    ...(atHand.battery ? { battery: atHand.battery } : {}),
    ...(atHand.network ? { network: atHand.network.slice(0, 16) } : {}),
    ...(Number.isNaN(tappedAt.getTime()) ? {} : { tapped_at: tappedAt.toISOString() }),
  };
  return {
    key,
    kind: 'not_okay',
    body: JSON.stringify(body),
    made,
    tap: key,
    about,
    ...(atHand.person ? { person: atHand.person } : {}),
    ...(atHand.distress ? { distress: atHand.distress } : {}),
  };
}

/** Facts or a position of a case, or of a tap whose case is not known yet. */
export function makeAddition(
  device: Moment,
  kind: 'facts' | 'position',
  body: Wire['AddFacts'] | Wire['AddPosition'],
  of: { tap: string; case?: string | undefined; about: About; person?: string | undefined },
): Item {
  const made = stampNow(device);
  return {
    key: uuid7(made.wall, device.random()),
    kind,
    body: JSON.stringify(body),
    made,
    tap: of.tap,
    about: of.about,
    ...(of.case ? { case: of.case } : {}),
    ...(of.person ? { person: of.person } : {}),
  };
}

/** An item as this or an earlier version of the app kept it; none when it is no item. Key and body stay as they are. */
export function keptItem(kept: unknown): Item | undefined {
  if (typeof kept !== 'object' || kept === null || !('key' in kept && 'body' in kept)) return undefined;
  const item = kept as Omit<Item, 'about'> & { about?: unknown };
  return { ...item, about: aboutKept(item.about) };
}

/** Where the person says they are for now, or that they are where they usually are when `said` is none. Of no case. */
export function makePlace(device: Moment, said: Wire['SetCurrentPlace'] | undefined, person: string): Item {
  const made = stampNow(device);
  const key = uuid7(made.wall, device.random());
  return { key, kind: said ? 'place' : 'place_over', body: JSON.stringify(said ?? {}), made, tap: key, about: OWN, person };
}

/** Whether an item is about where the person is for now. */
export function isPlace({ kind }: Item): boolean {
  return kind === 'place' || kind === 'place_over';
}

const DAY_MS = 24 * 60 * 60 * 1_000;

/**
 * How long ago an item was made, in milliseconds, for `Muster-Age-Ms`. Within one page the monotonic clock counts; it
 * stands still while some phones sleep, so a wall clock that is ahead of it by less than a day is believed. After a
 * reload only the wall clock is left. Never negative.
 */
export function ageOf(made: Stamp, device: Pick<Device, 'monotonic' | 'wall' | 'page'>): number {
  const byWall = Math.max(0, device.wall() - made.wall);
  if (made.page !== device.page) return Math.round(byWall);
  const byMonotonic = Math.max(0, device.monotonic() - made.monotonic);
  const slept = byWall - byMonotonic;
  return Math.round(slept > 0 && slept < DAY_MS ? byWall : byMonotonic);
}
