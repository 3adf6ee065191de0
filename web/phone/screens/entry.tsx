import { signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import { language } from '../language';
import type { EntryRoute } from '../route';

/** What the chunk of these pages brings. */
export interface EntryArea {
  Page: ComponentType<{ page: EntryRoute }>;
  /** Resolves when its words are here in the language on the screen, or could not be fetched: then they are English. */
  ready: () => Promise<void>;
}

const area = signal<EntryArea | 'failed' | undefined>(undefined);

async function fetchArea(): Promise<void> {
  try {
    const arrived = (await import('../entry/entry_area')).area;
    await arrived.ready();
    area.value = arrived;
  } catch {
    area.value = 'failed';
  }
}

/** The pages about the person's own entry, fetched when one is opened first. The button needs none of them. */
export function Entry({ page }: { page: EntryRoute }) {
  const words = language.words.value.entry;
  const arrived = area.value;
  useEffect(() => {
    if (arrived === undefined) void fetchArea();
  }, []);
  if (arrived === undefined) {
    return (
      <main aria-busy="true">
        <p role="status">{words.loading}</p>
      </main>
    );
  }
  if (arrived === 'failed') {
    return (
      <main>
        <p role="alert" class="warned">
          {words.failed}
        </p>
        <button type="button" class="wide" onClick={() => void fetchArea()}>
          {words.again}
        </button>
      </main>
    );
  }
  return <arrived.Page page={page} />;
}
