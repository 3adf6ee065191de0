import { ask } from './ask';
import { isOpen, type KeptCase } from './cases';
import type { Device } from './device';
import { isMyCase } from './exchange';
import type { Item } from './item';

/** What is read to know whether this phone must keep silent. */
export interface HushParts {
  device: Pick<Device, 'fetch' | 'after'>;
  /** What waits to be sent. */
  waiting: () => Promise<readonly Item[]>;
  /** The cases that this phone raised. */
  cases: () => Promise<readonly KeptCase[] | undefined>;
}

/**
 * Whether nothing of ours may sound or vibrate here: somebody with this phone raised an alarm that is not sent yet or not
 * closed. A case that was closed while no page was open is still kept as open, so that the server is
 * asked; while it does not answer, the phone keeps silent. What cannot be read silences nothing: the server itself wakes
 * nobody whose alarm it has.
 */
export async function mustBeSilent(parts: HushParts): Promise<boolean> {
  const [waiting, cases] = await Promise.all([
    parts.waiting().catch(() => []),
    parts.cases().catch(() => undefined),
  ]);
  if (waiting.some(({ kind }) => kind === 'not_okay')) return true;
  const open = (cases ?? []).filter((kept) => isOpen(kept.case));
  const stillOpen = await Promise.all(open.map((kept) => isStillOpen(parts.device, kept)));
  return stillOpen.includes(true);
}

async function isStillOpen(device: HushParts['device'], { token }: KeptCase): Promise<boolean> {
  const answer = await ask(device, '/v1/my-case', `Case ${token}`, null, () => undefined);
  return answer.kind !== 'fresh' || !isMyCase(answer.body) || isOpen(answer.body);
}
