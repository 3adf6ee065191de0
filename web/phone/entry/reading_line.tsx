import { ageWords } from '../../ui/time';
import { language } from '../language';
import { Say } from '../screens/say';
import { stamp } from '../stamp';
import { entryWords } from './entry_words';
import { entry, shownEntry, shownNow } from './the_entry';

/** How old what is shown is, and what came of asking for it last. */
export function ReadingLine() {
  const words = entryWords();
  const reading = entry.reading.value;
  const kept = shownEntry.value;
  const now = shownNow();
  const values = kept && { time: stamp(kept.at, now), age: ageWords(now - kept.at, language.language.value) };
  const text = {
    asking: kept ? words.askingKept : words.asking,
    read: words.read,
    unreached: kept ? words.old : words.none,
    left: words.left,
  }[reading];
  return (
    <>
      <p role="status" class={reading === 'unreached' || reading === 'left' ? 'warned' : 'note'}>
        <Say text={text} values={values ?? {}} />
      </p>
      {reading === 'unreached' && (
        <button type="button" class="wide quiet" onClick={() => void entry.read()}>
          {words.again}
        </button>
      )}
    </>
  );
}
