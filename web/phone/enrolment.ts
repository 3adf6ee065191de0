import type { Problem, Wire } from '../api/types';
import type { Database } from './database';
import type { Device } from './device';
import { DeviceKey } from './device_key';

/** Why this phone could not be enrolled. */
export type EnrolRefusal =
  | { why: 'insecure' }
  | { why: 'unreachable' }
  | { why: 'code' }
  | { why: 'other'; detail: string };

export type EnrolResult = { enrolled: Wire['Enrolled']; kept: boolean } | { refusal: EnrolRefusal };

/** How long the answer to an enrolment is waited for, in milliseconds. */
export const ENROL_MS = 20_000;

/** What a browser says of itself, at most 60 characters: `Chromium on Android`. */
export function deviceName(agent: string, brand: string | undefined, platform: string | undefined): string {
  const said = (names: readonly string[]): string | undefined => names.find((name) => agent.includes(name));
  const system = platform || said(['Android', 'iPhone', 'iPad', 'Windows', 'Mac OS X', 'Linux']) || 'unknown system';
  const browser = brand || said(['Firefox', 'Edg', 'Chrome', 'Safari']) || 'Browser';
  return `${browser} on ${system}`.slice(0, 60);
}

/** The same of the browser this page runs in. */
export function nameOfThisDevice(): string {
  const { userAgentData } = navigator as { userAgentData?: { platform?: string; brands?: { brand: string }[] } };
  const brand = userAgentData?.brands?.find((one) => !/not.*brand/i.test(one.brand))?.brand;
  return deviceName(navigator.userAgent, brand, userAgentData?.platform);
}

/** The code in `#enrol=CODE`, as the link carries it; none in any other fragment. */
export function codeInFragment(fragment: string): string | undefined {
  const found = /^#enrol=(.+)$/.exec(fragment)?.[1];
  if (found === undefined) return undefined;
  try {
    return decodeURIComponent(found).trim();
  } catch {
    return found.trim();
  }
}

/**
 * Makes this phone a person's device. The key pair is made once per `Enrolment`, so that a request whose answer was lost
 * is repeated with the same key.
 */
export class Enrolment {
  private key: Promise<DeviceKey> | undefined;

  constructor(
    private readonly device: Pick<Device, 'fetch'>,
    private readonly database: Database,
    private readonly subtle: SubtleCrypto | undefined,
    private readonly name: string,
  ) {}

  async enrol(code: string): Promise<EnrolResult> {
    if (this.subtle === undefined) return { refusal: { why: 'insecure' } };
    this.key ??= DeviceKey.make(this.subtle);
    const key = await this.key;
    const body: Wire['Enrol'] = {
      code,
      public_key: await key.publicKey(),
      proof: await key.sign(`muster-enrol|${code}`),
      device_name: this.name,
    };
    const answer = await this.ask(body);
    if ('refusal' in answer) return answer;
    const kept = await within(5_000, key.keep(this.database));
    return { enrolled: answer.enrolled, kept };
  }

  private async ask(body: Wire['Enrol']): Promise<{ enrolled: Wire['Enrolled'] } | { refusal: EnrolRefusal }> {
    let response: Response;
    try {
      response = await this.device.fetch('/v1/enrol', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
        credentials: 'omit',
        cache: 'no-store',
        signal: AbortSignal.timeout(ENROL_MS),
      });
    } catch {
      return { refusal: { why: 'unreachable' } };
    }
    const answer = (await response.json().catch(() => undefined)) as Wire['Enrolled'] | Problem | undefined;
    if (response.ok && answer && 'distress' in answer) return { enrolled: answer };
    if (answer && 'code' in answer && answer.code === 'link_invalid') return { refusal: { why: 'code' } };
    if (answer && 'detail' in answer) return { refusal: { why: 'other', detail: answer.detail } };
    return { refusal: { why: 'unreachable' } };
  }
}

/** Whether a promise is kept within `ms` milliseconds. */
export function within(ms: number, promise: Promise<unknown>): Promise<boolean> {
  return new Promise((done) => {
    const timer = setTimeout(() => done(false), ms);
    promise.then(
      () => (clearTimeout(timer), done(true)),
      () => (clearTimeout(timer), done(false)),
    );
  });
}
