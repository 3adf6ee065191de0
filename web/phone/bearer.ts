import type { Device } from './device';
import { isWithdrawn, refusedBy, type Withdrawn } from './withdrawn';

/** What sending with the access token needs from outside. */
export interface BearerParts {
  device: Pick<Device, 'fetch'>;
  access: () => Promise<string | undefined>;
  renew: () => Promise<string | undefined>;
  /** `Muster-Proof` of a request; none while this phone cannot sign. */
  proof: (method: string, path: string, token: string) => Promise<string | undefined>;
  /** The server has said what time it is: this phone's clock was wrong. */
  corrected: (serverTime: string) => void;
  withdrawn: (why: Withdrawn) => void;
}

/**
 * Sends requests with the access token and its proof. A token that has run out is renewed once and a wrong clock is
 * corrected once; whatever the server says then is the answer.
 */
export class Bearer {
  constructor(private readonly parts: BearerParts) {}

  /** Like `fetch`; rejects while this phone has no token. */
  readonly fetch: Device['fetch'] = async (path, init) => {
    let token = await this.parts.access();
    let renewed = false;
    let corrected = false;
    for (;;) {
      if (token === undefined) throw new Error('This phone is not signed in');
      const response = await this.send(path, init, token);
      if (response.status !== 401) return response;
      const { code, serverTime } = refusedBy(await response.clone().json().catch(() => undefined));
      if (isWithdrawn(code)) {
        this.parts.withdrawn(code);
        return response;
      }
      if (code === 'proof_stale' && serverTime !== undefined && !corrected) {
        corrected = true;
        this.parts.corrected(serverTime);
      } else if (!renewed) {
        renewed = true;
        token = await this.parts.renew();
        if (token === undefined) return response;
      } else return response;
    }
  };

  private async send(path: string, init: RequestInit, token: string): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('Authorization', `Bearer ${token}`);
    const proof = await this.parts.proof(init.method ?? 'GET', path, token);
    if (proof !== undefined) headers.set('Muster-Proof', proof);
    return this.parts.device.fetch(path, { ...init, headers });
  }
}
