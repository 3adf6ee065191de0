import { describe, expect, it } from 'vitest';
import type { Wire } from '../../api/types';
import type { EntryStore, KeptEntry } from '../own_place';
import { cut, fakeServer, problem } from './fake_server';
import { OwnEntry } from './own_entry';

const AMINA: Wire['Profile'] = {
  id: 'amina',
  name: 'Amina',
  organisation: 'One',
  office: 'Two',
  languages: ['en'],
  kind: 'staff_national',
  phones: [],
  wardens: [],
};

class Memory implements EntryStore {
  constructor(public kept?: KeptEntry) {}
  load = (): Promise<KeptEntry | undefined> => Promise.resolve(this.kept);
  save = async (entry: KeptEntry): Promise<void> => void (this.kept = entry);
  remove = async (): Promise<void> => void (this.kept = undefined);
}

function scene(store: Memory, answer: () => Response | Promise<Response>) {
  const server = fakeServer(answer);
  const who = { person: 'amina' as string | undefined };
  const entry = new OwnEntry({ client: server.client, store, now: () => 2_000, person: () => who.person });
  const settled = (): Promise<void> => expect.poll(() => entry.reading.value).not.toBe('asking');
  return { entry, server, who, settled };
}

describe('one’s own entry', () => {
  it('is what the server says, and kept', async () => {
    const store = new Memory({ at: 1_000, profile: { ...AMINA, name: 'Old name' } });
    const { entry, settled } = scene(store, () => Response.json(AMINA));
    entry.open();
    await settled();
    expect([entry.reading.value, entry.kept.value, store.kept]).toEqual(['read', { at: 2_000, profile: AMINA }, { at: 2_000, profile: AMINA }]);
  });

  it('is what was kept, with its age, when no answer comes', async () => {
    const old = { at: 1_000, profile: AMINA };
    const { entry, settled } = scene(new Memory(old), cut);
    entry.open();
    await settled();
    expect([entry.reading.value, entry.kept.value]).toEqual(['unreached', old]);
  });

  it('comes from the server even while the store does not answer', async () => {
    const store = new Memory();
    store.load = () => new Promise(() => undefined);
    const { entry, settled } = scene(store, () => Response.json(AMINA));
    entry.open();
    await settled();
    expect(entry.kept.value?.profile).toEqual(AMINA);
  });

  it('is never another person’s, kept or on its way while the phone changed hands', async () => {
    const idris = { ...AMINA, id: 'idris' };
    const store = new Memory({ at: 1_000, profile: idris });
    let answer: (response: Response) => void = () => undefined;
    const { entry, who, settled } = scene(store, () => new Promise((done) => (answer = done)));
    entry.open();
    await Promise.resolve();
    who.person = undefined;
    answer(Response.json(AMINA));
    await settled();
    expect([entry.reading.value, entry.kept.value, store.kept?.profile]).toEqual(['unreached', undefined, idris]);
  });

  it('is forgotten when the person has left the register', async () => {
    const store = new Memory({ at: 1_000, profile: AMINA });
    const { entry, settled } = scene(store, () => problem(404, 'not_found'));
    entry.open();
    await settled();
    await expect.poll(() => store.kept).toBeUndefined();
    expect([entry.reading.value, entry.kept.value]).toEqual(['left', undefined]);
  });

  it('is not taken from something in between that is not the server', async () => {
    const { entry, settled } = scene(new Memory(), () => new Response('<html>Sign in to the network</html>'));
    entry.open();
    await settled();
    expect([entry.reading.value, entry.kept.value]).toEqual(['unreached', undefined]);
    const other = scene(new Memory(), () => Response.json({ welcome: true }));
    other.entry.open();
    await other.settled();
    expect(other.entry.kept.value).toBeUndefined();
  });

  it('is asked for once more when that is wanted while it is being asked for', async () => {
    const { entry, server, settled } = scene(new Memory(), () => Response.json(AMINA));
    void entry.read();
    void entry.read();
    await settled();
    expect(server.asked).toHaveLength(2);
  });

  it('takes a confirmed change without getting younger', async () => {
    const store = new Memory({ at: 1_000, profile: AMINA });
    const { entry, settled } = scene(store, cut);
    entry.open();
    await settled();
    const place: Wire['CurrentPlace'] = { country: 'KE', from: '2026-11-21T00:00:00Z', until: '2026-11-30T00:00:00Z', basis: 'own' };
    entry.change({ current_place: place });
    expect(store.kept).toEqual({ at: 1_000, profile: { ...AMINA, current_place: place } });
  });
});
