import { describe, expect, it } from 'vitest';
import { colleague } from './about';
import type { Database, Table } from './database';
import { base64url, DeviceKey } from './device_key';
import { codeInFragment, deviceName } from './enrolment';
import { makeTap } from './item';
import { Outbox } from './outbox';
import { Seal, sealedKeeper, SealedRecord } from './seal';

function memory(): Database & { rows: Map<string, unknown> } {
  const rows = new Map<string, unknown>();
  const at = (table: Table, name: string): string => `${table}/${name}`;
  return {
    rows,
    get: async (table, name) => rows.get(at(table, name)),
    all: async (table) => [...rows].filter(([key]) => key.startsWith(`${table}/`)).map(([, value]) => value),
    put: async (table, name, value) => void rows.set(at(table, name), value),
    async putFirst(table, name, value) {
      if (!rows.has(at(table, name))) rows.set(at(table, name), value);
      return rows.get(at(table, name));
    },
    remove: async (table, name) => void rows.delete(at(table, name)),
  };
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0));
}

const device = { monotonic: () => 0, wall: () => 1_000, page: 'one', random: () => new Uint8Array(16).fill(7) };

describe('what the phone keeps', () => {
  it('reads back an item and leaves no word of it in the clear', async () => {
    const database = memory();
    const keeper = sealedKeeper(database, new Seal(database, crypto.subtle));
    const item = makeTap(device, colleague('Amina Yusuf'), { distress: 'the capability' });
    await keeper.put(item);
    expect(await sealedKeeper(database, new Seal(database, crypto.subtle)).all()).toEqual([item]);
    const row = database.rows.get(`outbox/${item.key}`) as { data: ArrayBuffer };
    const raw = new TextDecoder('latin1').decode(row.data);
    expect(raw).not.toContain('Amina');
    expect(raw).not.toContain('capability');
    await keeper.remove(item.key);
    expect(await keeper.all()).toEqual([]);
  });

  it('brings a tap to the server that an earlier version kept, with its key and its very body', async () => {
    const database = memory();
    const seal = new Seal(database, crypto.subtle);
    const { about: _, ...tap } = makeTap(device, colleague('Amina Yusuf'), {});
    const old = { ...tap, about: 'Amina Yusuf' };
    await database.put('outbox', old.key, { key: old.key, ...(await seal.close(old.key, old)) });
    const sent: unknown[] = [];
    const outbox = new Outbox({
      device: { ...device, after: () => () => undefined },
      keeper: sealedKeeper(database, seal),
      credential: () => 'Distress cap',
      send: async ({ key, body }) => (sent.push([key, body]), { kind: 'again', failure: { why: 'busy' } }),
      silent: () => undefined,
      changed: () => undefined,
      settled: () => undefined,
    });
    await outbox.load();
    expect(sent).toEqual([[old.key, old.body]]);
    expect(outbox.waiting[0]?.item.about).toEqual(colleague('Amina Yusuf'));
  });

  it('has a key that cannot be read out', async () => {
    const database = memory();
    await new SealedRecord(database, new Seal(database, crypto.subtle), 'session').save({ a: 1 });
    const key = database.rows.get('keys/seal') as CryptoKey;
    await expect(crypto.subtle.exportKey('raw', key)).rejects.toThrow();
  });

  it('passes over a row that was swapped or broken', async () => {
    const database = memory();
    const seal = new Seal(database, crypto.subtle);
    const session = new SealedRecord(database, seal, 'session');
    await session.save({ a: 1 });
    database.rows.set('sealed/cases', database.rows.get('sealed/session'));
    expect(await new SealedRecord(database, seal, 'cases').load()).toBeUndefined();
    expect(await session.load()).toEqual({ a: 1 });
  });
});

describe('the device key', () => {
  it('signs so that its public key proves it, and does not give its private half away', async () => {
    const database = memory();
    const made = await DeviceKey.make(crypto.subtle);
    await made.keep(database);
    const kept = await DeviceKey.kept(database, crypto.subtle);
    const point = bytesOf(await made.publicKey());
    expect(point).toHaveLength(65);
    const proof = bytesOf((await kept?.sign('muster-enrol|ABC')) ?? '');
    expect(proof).toHaveLength(64);
    const ecdsa = { name: 'ECDSA', namedCurve: 'P-256' };
    const key = await crypto.subtle.importKey('raw', point, ecdsa, false, ['verify']);
    const text = new TextEncoder().encode('muster-enrol|ABC');
    expect(await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, proof, text)).toBe(true);
    const pair = database.rows.get('keys/device') as CryptoKeyPair;
    await expect(crypto.subtle.exportKey('pkcs8', pair.privateKey)).rejects.toThrow();
  });

  it('writes base64url without padding', () => {
    expect(base64url(new Uint8Array([251, 255, 254, 0]).buffer)).toBe('-__-AA');
  });
});

describe('enrolment', () => {
  it('finds the code in the fragment and nowhere else', () => {
    expect(codeInFragment('#enrol=K7QP-M2XD')).toBe('K7QP-M2XD');
    expect(codeInFragment('#enrol=a%20b')).toBe('a b');
    expect(codeInFragment('#enrol=%')).toBe('%');
    expect(codeInFragment('#not-okay')).toBeUndefined();
    expect(codeInFragment('')).toBeUndefined();
  });

  it('names the device in at most 60 characters', () => {
    expect(deviceName('Mozilla/5.0 (Linux; Android 15) Chrome/130', undefined, undefined)).toBe('Chrome on Android');
    expect(deviceName('', 'x'.repeat(80), 'Android')).toHaveLength(60);
    expect(deviceName('', undefined, undefined)).toBe('Browser on unknown system');
  });
});
