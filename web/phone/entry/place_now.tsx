import type { Wire } from '../../api/types';
import { language } from '../language';
import { Say } from '../screens/say';
import { app } from '../the_app';
import { countryName } from './countries';
import { entryWords } from './entry_words';
import { entry, shownNow } from './the_entry';
import { bothTimes } from './until';

/** A beginning this close is now: the server's clock is known to about a second, in milliseconds. */
const SOON_MS = 60_000;

/** A country, and where in it when somebody said so. */
function whereOf({ country, place }: { country: string; place?: string | null }, shown: string): string {
  const name = countryName(country, shown);
  return place ? `${place}, ${name}` : name;
}

/** Where the person is for now as the server has it, and before that what has not reached it. */
export function PlaceNow({ profile }: { profile: Wire['Profile'] | undefined }) {
  return (
    <>
      <Unsent />
      <Answered now={profile?.current_place ?? undefined} />
      {profile && <AtServer profile={profile} />}
    </>
  );
}

function AtServer({ profile }: { profile: Wire['Profile'] }) {
  const words = entryWords().place;
  const now = shownNow();
  const place = profile.current_place;
  if (!place || Date.parse(place.until) <= now) {
    const station = profile.duty_station ?? undefined;
    return (
      <p>
        <Say text={station ? words.usualAt : words.usual} values={{ station }} />
      </p>
    );
  }
  const later = Date.parse(place.from) > now + SOON_MS;
  const values = { place: whereOf(place, language.language.value), from: bothTimes(place.from), time: bothTimes(place.until) };
  return (
    <>
      <p class="entry-place">
        <Say text={later ? words.later : words.now} values={values} />
      </p>
      <p class="note">{words.by[place.basis]}</p>
    </>
  );
}

/** What was said on this phone and has not reached the server. */
function Unsent() {
  const words = entryWords().place;
  const failures = language.words.value.failure;
  const unsent = app.place.unsent.value;
  if (!unsent) return null;
  const { said, waiting } = unsent;
  if (waiting.failure === undefined && waiting.sending) return <p role="status">{words.sending}</p>;
  const values = said && { place: whereOf(said, language.language.value), time: bothTimes(said.until) };
  const drop = (): void => {
    app.place.drop();
    // An attempt whose answer was lost may have come through.
    void entry.read();
  };
  return (
    <div class="unsent" role="status">
      <p>
        <strong>
          <Say text={said ? words.unsent : words.unsentOver} values={values ?? {}} />
        </strong>
      </p>
      <p>
        {waiting.failure && failures[waiting.failure.why]} {words.unsentNote} {waiting.kept === 'not_kept' && words.notKept}
      </p>
      <button type="button" class="wide quiet" onClick={drop}>
        {words.drop}
      </button>
    </div>
  );
}

/** What the server said to the last word, unless the entry says something newer. */
function Answered({ now }: { now: Wire['CurrentPlace'] | undefined }) {
  const words = entryWords().place;
  const answer = app.place.answer.value;
  if (!answer) return null;
  if (answer.kind === 'placed') {
    const same = answer.place?.country === now?.country && answer.place?.until === now?.until;
    return (
      <p role="status" class="answered">
        {same && (answer.place ? words.set : words.cleared)}
      </p>
    );
  }
  return (
    <p role="alert" class="warned">
      <Say text={words.refused} values={{ detail: answer.detail }} />
    </p>
  );
}
