import './entry_area.css';
import { useEffect } from 'preact/hooks';
import type { EntryRoute } from '../route';
import type { EntryArea } from '../screens/entry';
import { app } from '../the_app';
import { entryWords, wordsReady } from './entry_words';
import { NumberPage } from './number_page';
import { PlacePage } from './place_page';
import { ProfilePage } from './profile_page';
import { entry, tick } from './the_entry';

/** How often what is shown grows older, in milliseconds. */
const TICK_MS = 15_000;

/** The pages about the person's own entry: what the register says, a number to prove, where they are for now. */
function Page({ page }: { page: EntryRoute }) {
  const words = entryWords();
  const reached = app.line.reach.value === 'reached';
  const readable = app.near.value.withdrawn === undefined;
  useEffect(() => {
    if (readable) entry.open();
  }, [readable]);
  useEffect(() => {
    const timer = setInterval(() => void (tick.value += 1), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  // What could not be asked before is asked when the server is there again.
  useEffect(() => {
    if (reached && readable && entry.reading.peek() === 'unreached') void entry.read();
  }, [reached, readable]);
  if (!readable) {
    return (
      <main>
        <h1>{words.title}</h1>
        <p>{words.closed}</p>
      </main>
    );
  }
  if (page === 'number') return <NumberPage />;
  return page === 'place' ? <PlacePage /> : <ProfilePage />;
}

export const area: EntryArea = { Page, ready: wordsReady };
