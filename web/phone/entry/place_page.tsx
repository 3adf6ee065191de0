import { useState } from 'preact/hooks';
import type { Wire } from '../../api/types';
import { PLACE_MAX } from '../facts';
import { language } from '../language';
import { linkTo } from '../route';
import { Icon } from '../screens/icons';
import { Say } from '../screens/say';
import { app } from '../the_app';
import { CountryField } from './country_field';
import { entryWords } from './entry_words';
import { PlaceNow } from './place_now';
import { ReadingLine } from './reading_line';
import { shownEntry } from './the_entry';
import { bothTimes, dayIn, endOf, endRefused, FURTHEST_DAYS } from './until';

/** Days from now that are offered as the last one. */
const OFFERED = [0, 3, 7, 14] as const;

/** Where the person is for now: said, changed, or over. */
export function PlacePage() {
  const words = entryWords();
  const profile = shownEntry.value?.profile;
  const unsent = app.place.unsent.value;
  const person = app.near.value.me?.id;
  const set = profile?.current_place;
  const there = unsent ? unsent.said !== undefined : set != null && Date.parse(set.until) > app.clock.now();
  const say = (said: Wire['SetCurrentPlace'] | undefined): void => {
    if (person === undefined) return;
    app.place.say(person, said);
    scrollTo(0, 0);
  };
  return (
    <main>
      <h1>{words.place.title}</h1>
      <section class="card" aria-label={words.place.title}>
        <PlaceNow profile={profile} />
        <ReadingLine />
        {there && (
          <button type="button" class="wide" onClick={() => say(undefined)}>
            {words.place.clear}
          </button>
        )}
      </section>
      <PlaceForm onSend={say} />
      <a class="row" href={linkTo('entry')}>
        <Icon glyph="entry" />
        <span>{words.back}</span>
      </a>
    </main>
  );
}

/** What the form begins with: what was said last, where it did not get through or was refused. */
function begun(): Wire['SetCurrentPlace'] | undefined {
  const answer = app.place.answer.peek();
  return app.place.unsent.peek()?.said ?? (answer?.kind === 'refused' ? answer.said : undefined);
}

function PlaceForm({ onSend }: { onSend: (said: Wire['SetCurrentPlace']) => void }) {
  const words = entryWords().place;
  const [first] = useState(begun);
  const [country, setCountry] = useState(first?.country);
  const [place, setPlace] = useState(first?.place ?? '');
  const [day, setDay] = useState(first ? dayIn(0, Date.parse(first.until)) : '');
  const [tried, setTried] = useState(false);
  const now = app.clock.now();
  const wrongDay = endRefused(day, now);
  const send = (event: Event): void => {
    event.preventDefault();
    setTried(true);
    const end = endOf(day);
    if (country === undefined || wrongDay || end === undefined) return;
    const inWords = place.trim();
    onSend({ country, until: new Date(end).toISOString(), ...(inWords === '' ? {} : { place: inWords }) });
    setTried(false);
  };
  return (
    <form class="card" onSubmit={send} noValidate>
      <h2>{words.change}</h2>
      <p class="note">{words.why}</p>
      <CountryField country={country} onChoose={setCountry} />
      {tried && country === undefined && (
        <p role="alert" class="warned">
          {words.wrong.country}
        </p>
      )}
      <label>
        <span>{words.words}</span>
        <input
          type="text"
          dir="auto"
          maxLength={PLACE_MAX}
          autoComplete="off"
          placeholder={words.wordsHint}
          value={place}
          onInput={(event) => setPlace(event.currentTarget.value)}
        />
      </label>
      <LastDay day={day} onChoose={setDay} />
      {wrongDay === undefined ? (
        <p class="note" role="status">
          <Say text={words.untilIs} values={{ time: bothTimes(endOf(day) ?? now) }} />
        </p>
      ) : (
        (tried || day !== '') && (
          <p role="alert" class="warned">
            {words.wrong[wrongDay]}
          </p>
        )
      )}
      <button type="submit" class="wide primary">
        {words.send}
      </button>
    </form>
  );
}

function LastDay({ day, onChoose }: { day: string; onChoose: (day: string) => void }) {
  const words = entryWords().place;
  const now = app.clock.now();
  const inDays = new Intl.RelativeTimeFormat(language.language.value, { numeric: 'auto' });
  return (
    <fieldset>
      <legend>{words.until}</legend>
      <div class="options">
        {OFFERED.map((days) => (
          <button key={days} type="button" class="option" aria-pressed={day === dayIn(days, now)} onClick={() => onChoose(dayIn(days, now))}>
            {inDays.format(days, 'day')}
          </button>
        ))}
      </div>
      <input
        type="date"
        aria-label={words.until}
        min={dayIn(0, now)}
        max={dayIn(FURTHEST_DAYS, now)}
        value={day}
        onInput={(event) => onChoose(event.currentTarget.value)}
      />
    </fieldset>
  );
}
