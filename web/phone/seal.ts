import type { Database } from './database';
import { keptItem, type Item } from './item';
import type { Keeper } from './outbox';

/** A text as it lies in the database: AES-GCM, 96-bit random IV, under a key that the page can use and not read. */
export interface Sealed {
  iv: Uint8Array<ArrayBuffer>;
  data: ArrayBuffer;
}

const KEY_NAME = 'seal';

function isSealed(value: unknown): value is Sealed {
  return typeof value === 'object' && value !== null && 'iv' in value && 'data' in value;
}

/** Seals and opens what this phone keeps. */
export class Seal {
  private key: Promise<CryptoKey> | undefined;

  constructor(
    private readonly database: Database,
    private readonly subtle: SubtleCrypto,
  ) {}

  /** Seals a value that JSON can carry; `name` is bound in, so that rows cannot be swapped. */
  async close(name: string, value: unknown): Promise<Sealed> {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const text = new TextEncoder().encode(JSON.stringify(value));
    const data = await this.subtle.encrypt(this.algorithm(name, iv), await this.sealKey(), text);
    return { iv, data };
  }

  /** The value of a sealed row; none when it is no row of ours or its key is gone. */
  async open(name: string, row: unknown): Promise<unknown> {
    if (!isSealed(row)) return undefined;
    try {
      const text = await this.subtle.decrypt(this.algorithm(name, row.iv), await this.sealKey(), row.data);
      return JSON.parse(new TextDecoder().decode(text)) as unknown;
    } catch {
      return undefined;
    }
  }

  private algorithm(name: string, iv: Uint8Array<ArrayBuffer>): AesGcmParams {
    return { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(name) };
  }

  private sealKey(): Promise<CryptoKey> {
    this.key ??= this.loadKey().catch((error: unknown) => {
      this.key = undefined;
      throw error;
    });
    return this.key;
  }

  private async loadKey(): Promise<CryptoKey> {
    const known = await this.database.get('keys', KEY_NAME);
    if (known instanceof CryptoKey) return known;
    const made = await this.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
    return (await this.database.putFirst('keys', KEY_NAME, made)) as CryptoKey;
  }
}

/** Keeps a named value, sealed. */
export class SealedRecord<T> {
  constructor(
    private readonly database: Database,
    private readonly seal: Seal,
    private readonly name: string,
  ) {}

  /** The value kept last; none when there is none. Rejects when the database does not work. */
  async load(): Promise<T | undefined> {
    const row = await this.database.get('sealed', this.name);
    return (await this.seal.open(this.name, row)) as T | undefined;
  }

  async save(value: T): Promise<void> {
    await this.database.put('sealed', this.name, await this.seal.close(this.name, value));
  }

  remove(): Promise<void> {
    return this.database.remove('sealed', this.name);
  }
}

/** The outbox's rows: sealed items, each under its key. */
export function sealedKeeper(database: Database, seal: Seal): Keeper {
  return {
    async put(item) {
      await database.put('outbox', item.key, { key: item.key, ...(await seal.close(item.key, item)) });
    },
    remove: (key) => database.remove('outbox', key),
    async all() {
      const rows = (await database.all('outbox')) as { key: string }[];
      const items = await Promise.all(rows.map(async (row) => keptItem(await seal.open(row.key, row))));
      return items.filter((item): item is Item => item !== undefined);
    },
  };
}
