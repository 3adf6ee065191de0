import { useSignal, useSignalEffect } from '@preact/signals';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import type { Person } from '../../wire';
import { FieldNotes } from '../field';
import { PersonSearch } from '../person_search';
import type { Line } from './editing';
import { lineName } from './lines';
import { PersonLink } from './person_link';
import { peopleWords } from './words';

/** Whose dependant or visitor somebody is, or who supervises them: found in the register, never typed. */
export function RelationField({
  line,
  value,
  set,
  error,
}: {
  line: Line;
  value: string;
  set: (line: Line, value: string) => void;
  error: string | undefined;
}) {
  const { edit: text, one } = peopleWords();
  const id = useId();
  const searching = useSignal(false);
  const query = useSignal('');
  const chosen = useSignal<Person | undefined>(undefined);
  const input = useRef<HTMLInputElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  useSignalEffect(() => {
    const person = chosen.value?.id;
    if (person == null) return;
    set(line, person);
    searching.value = false;
    chosen.value = undefined;
    query.value = '';
    opener.current?.focus();
  });
  useLayoutEffect(() => {
    if (searching.value) input.current?.focus();
  }, [searching.value]);
  const name = lineName(line);
  return (
    <div class="field field-wide" role="group" aria-labelledby={`${id}-name`}>
      <span class="field-name" id={`${id}-name`}>
        {name}
      </span>
      <span class="row-acts">
        {value === '' ? <span class="muted">{one.empty}</span> : <PersonLink key={value} id={value} />}
        <button type="button" ref={opener} aria-expanded={searching.value} onClick={() => (searching.value = !searching.peek())}>
          {text.choose}
          <span class="unseen"> {name}</span>
        </button>
        {value !== '' && (
          <button type="button" onClick={() => set(line, '')}>
            {text.nobody}
            <span class="unseen"> {name}</span>
          </button>
        )}
      </span>
      {searching.value && <PersonSearch label={`${name}: ${text.find}`} query={query} chosen={chosen} inputRef={input} />}
      <FieldNotes id={id} hint={line === 'sponsor' ? text.sponsorHint : undefined} error={error} />
    </div>
  );
}
