import { computed, effect, signal } from '@preact/signals';
import { app } from '../the_app';
import { OwnEntry } from './own_entry';
import { client } from './server';

/** The entry of whoever this phone belongs to. */
export const entry = new OwnEntry({
  client,
  store: app.entry,
  now: () => app.clock.now(),
  person: () => app.near.peek().me?.id,
});

/** What may be shown of it: nothing of another person's, and nothing once the right to read is gone. */
export const shownEntry = computed(() => {
  const kept = entry.kept.value;
  return kept && kept.profile.id === app.near.value.me?.id ? kept : undefined;
});

/** Grows while a page of the entry is open, so that no age on it stands still. */
export const tick = signal(0);

/** The server's time for what is shown: whoever reads it is drawn again as it passes. */
export function shownNow(): number {
  void tick.value;
  return app.clock.now();
}

// What the server has answered to a word about where the person is for now is what the entry says from then on.
effect(() => {
  const answer = app.place.answer.value;
  if (answer?.kind !== 'placed') return;
  entry.change({ current_place: answer.place ?? null });
  void entry.read();
});
