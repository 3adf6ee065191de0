import { useState } from 'preact/hooks';
import type { Wire } from '../../api/types';
import { DANGERS, INJURIES, NOTE_MAX, PEOPLE_MAX, PLACE_MAX, typedFacts, type Said } from '../facts';
import { language } from '../language';
import type { Alarm } from '../progress';
import { app } from '../the_app';
import { Icon } from './icons';
import { Say } from './say';

type Facts = Wire['Facts'];

/** What the person may add: a press is sent at once, typed words with one button. Nothing has to be answered. */
export function FactsForm({ alarm, said }: { alarm: Alarm; said: Said }) {
  const words = language.words.value.facts;
  const say = (facts: Facts): void => app.say(alarm, facts);
  return (
    <section class="card facts" aria-labelledby="facts">
      <h2 id="facts">{words.title}</h2>
      <p class="note">{words.optional}</p>
      {app.refused.value !== undefined && (
        <p class="warned" role="status">
          <Say text={words.refused} values={{ detail: app.refused.value }} />
        </p>
      )}
      <Choice field="danger" said={said} title={words.danger} options={DANGERS} names={words.dangers} onPick={(danger) => say({ danger })} />
      <Choice field="injury" said={said} title={words.injury} options={INJURIES} names={words.injuries} onPick={(injury) => say({ injury })} />
      <Choice
        field="can_talk"
        said={said}
        title={words.talk}
        options={['yes', 'no'] as const}
        names={{ yes: words.talkYes, no: words.talkNo }}
        onPick={(can_talk) => say({ can_talk })}
      />
      <Typed said={said} onSend={say} unnamed={alarm.about.kind === 'colleague' && alarm.about.name === undefined} />
    </section>
  );
}

/** Whether the server has a field, said beside it. */
function Mark({ field, said }: { field: keyof Facts; said: Said }) {
  const words = language.words.value.facts;
  if (said.unsent.has(field)) return <span class="mark waiting">{words.unsent}</span>;
  const there = said.facts[field];
  if (there === undefined || there === null) return null;
  return (
    <span class="mark">
      <Icon glyph="tick" />
      {words.kept}
    </span>
  );
}

interface ChoiceProps<T extends string> {
  field: keyof Facts;
  said: Said;
  title: string;
  options: readonly T[];
  names: Record<T, string>;
  onPick: (option: T) => void;
}

function Choice<T extends string>({ field, said, title, options, names, onPick }: ChoiceProps<T>) {
  return (
    <fieldset>
      <legend>
        {title} <Mark field={field} said={said} />
      </legend>
      <div class="options">
        {options.map((option) => (
          <button
            key={option}
            type="button"
            class="option"
            aria-pressed={said.facts[field] === option}
            onClick={() => said.facts[field] !== option && onPick(option)}
          >
            {names[option]}
          </button>
        ))}
      </div>
    </fieldset>
  );
}

function Typed({ said, onSend, unnamed }: { said: Said; onSend: (facts: Facts) => void; unnamed: boolean }) {
  const words = language.words.value.facts;
  const [people, setPeople] = useState(String(said.facts.people ?? ''));
  const [place, setPlace] = useState(said.facts.place ?? '');
  const [note, setNote] = useState(said.facts.note ?? '');
  const send = (event: Event): void => {
    event.preventDefault();
    onSend(typedFacts({ people, place, note }, said.facts));
  };
  return (
    <form onSubmit={send} noValidate>
      <label>
        <span>
          {words.people} <Mark field="people" said={said} />
        </span>
        <input type="number" inputMode="numeric" min={1} max={PEOPLE_MAX} value={people} onInput={(event) => setPeople(event.currentTarget.value)} />
      </label>
      <label>
        <span>
          {words.place} <Mark field="place" said={said} />
        </span>
        <input type="text" maxLength={PLACE_MAX} autoComplete="off" dir="auto" value={place} onInput={(event) => setPlace(event.currentTarget.value)} />
      </label>
      <label>
        <span>
          {unnamed ? words.noteUnnamed : words.note} <Mark field="note" said={said} />
        </span>
        <textarea rows={3} maxLength={NOTE_MAX} dir="auto" value={note} onInput={(event) => setNote(event.currentTarget.value)} />
      </label>
      <button type="submit" class="wide">
        {words.send}
      </button>
    </form>
  );
}
