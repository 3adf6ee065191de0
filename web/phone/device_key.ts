import type { Database } from './database';

/** The name of the key pair among the keys. */
export const DEVICE_KEY = 'device';

/** Bytes as base64url without padding. */
export function base64url(bytes: ArrayBuffer): string {
  const text = Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join('');
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** The phone's P-256 key pair. The private half cannot be read, only used; it never leaves this browser. */
export class DeviceKey {
  constructor(
    private readonly subtle: SubtleCrypto,
    private readonly pair: CryptoKeyPair,
  ) {}

  /** The pair kept by this phone; none before it is enrolled. */
  static async kept(database: Database, subtle: SubtleCrypto): Promise<DeviceKey | undefined> {
    const pair = (await database.get('keys', DEVICE_KEY)) as CryptoKeyPair | undefined;
    return pair && new DeviceKey(subtle, pair);
  }

  /** A new pair; kept only by {@link keep}. */
  static async make(subtle: SubtleCrypto): Promise<DeviceKey> {
    return new DeviceKey(subtle, await subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']));
  }

  async keep(database: Database): Promise<void> {
    await database.put('keys', DEVICE_KEY, this.pair);
  }

  /** The uncompressed point, 65 bytes, base64url. */
  async publicKey(): Promise<string> {
    return base64url(await this.subtle.exportKey('raw', this.pair.publicKey));
  }

  /** ECDSA with SHA-256 over a text: 64 bytes r||s, base64url. */
  async sign(text: string): Promise<string> {
    const bytes = new TextEncoder().encode(text);
    return base64url(await this.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, this.pair.privateKey, bytes));
  }
}
