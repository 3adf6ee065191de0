import { base64url } from './device_key';

/** What the proof needs from outside. */
export interface ProofParts {
  /** Milliseconds since 1970 by the server's clock, as far as it is known. */
  server: () => number;
  /** ECDSA of the device key over a text; none while the key cannot be used. */
  sign: (text: string) => Promise<string | undefined>;
  subtle: Pick<SubtleCrypto, 'digest'> | undefined;
}

/**
 * `Muster-Proof` of a request that carries an access token: it comes from the device that the token was given to, and it
 * was made now. None while this phone cannot sign. Nothing on the Not Okay path asks for it.
 */
export async function proofOf(parts: ProofParts, method: string, path: string, token: string): Promise<string | undefined> {
  if (parts.subtle === undefined) return undefined;
  try {
    const hash = base64url(await parts.subtle.digest('SHA-256', new TextEncoder().encode(token)));
    const seconds = Math.floor(parts.server() / 1_000);
    const signature = await parts.sign([method, path.split('?')[0], seconds, hash].join('\n'));
    return signature && `${seconds}.${signature}`;
  } catch {
    return undefined;
  }
}
