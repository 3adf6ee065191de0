import { useSignal, useSignalEffect, type Signal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useId } from 'preact/hooks';
import { explain } from '../actions';
import { api } from '../api';
import { words } from '../i18n';
import type { Person } from '../wire';

/** Typing pauses this long before the server is asked, in milliseconds. */
const PAUSE_MS = 150;
const SHORTEST = 2;

/** How the last question to the register stands. */
type Asked = { state: 'not' | 'waiting' } | { state: 'answered'; found: number } | { state: 'failed'; why: unknown };

/** That in words; none while nothing was asked. */
function said(asked: Asked): string {
  const { newCase } = words();
  switch (asked.state) {
    case 'not':
      return '';
    case 'waiting':
      return newCase.searching;
    case 'answered':
      return asked.found === 0 ? newCase.none : newCase.results(asked.found);
    case 'failed':
      return explain(asked.why);
  }
}

/** A press on the list leaves the focus in the field, so that Enter goes on from there. */
function keepFocus(event: Event): void {
  event.preventDefault();
}

/** Finds a person of the register by name or number: type, arrow keys, Enter. */
export function PersonSearch({
  label,
  hint,
  query,
  chosen,
  inputRef,
}: {
  label: string;
  hint?: string;
  query: Signal<string>;
  chosen: Signal<Person | undefined>;
  inputRef: RefObject<HTMLInputElement | null>;
}) {
  const { newCase } = words();
  const id = useId();
  const found = useSignal<readonly Person[]>([]);
  const active = useSignal(-1);
  const asked = useSignal<Asked>({ state: 'not' });
  useSignalEffect(() => {
    const q = query.value.trim();
    active.value = -1;
    if (q.length < SHORTEST || chosen.value) {
      found.value = [];
      asked.value = { state: 'not' };
      return;
    }
    let stale = false;
    const timer = setTimeout(() => void ask(), PAUSE_MS);
    const ask = async (): Promise<void> => {
      asked.value = { state: 'waiting' };
      try {
        const { people } = await api.people(q);
        if (stale) return;
        found.value = people;
        asked.value = { state: 'answered', found: people.length };
      } catch (why) {
        if (!stale) asked.value = { state: 'failed', why };
      }
    };
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  });
  const pick = (person: Person | undefined): void => {
    if (!person) return;
    chosen.value = person;
    query.value = person.name;
  };
  useEffect(() => {
    document.getElementById(`${id}-${active.value}`)?.scrollIntoView({ block: 'nearest' });
  }, [active.value]);
  const open = found.value.length > 0;
  return (
    <div class="field search">
      <label for={id}>{label}</label>
      <input
        id={id}
        ref={inputRef}
        role="combobox"
        aria-expanded={open}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={active.value >= 0 ? `${id}-${active.value}` : undefined}
        aria-describedby={`${id}-hint`}
        value={query.value}
        maxLength={200}
        autoComplete="off"
        dir="auto"
        onInput={(event) => {
          chosen.value = undefined;
          query.value = event.currentTarget.value;
        }}
        onKeyDown={(event) => {
          const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
          if (step !== undefined && open) {
            event.preventDefault();
            active.value = Math.max(-1, Math.min(found.value.length - 1, active.value + step));
          } else if (event.key === 'Enter' && active.value >= 0) {
            event.preventDefault();
            pick(found.value[active.value]);
          }
        }}
      />
      <p class="hint" id={`${id}-hint`} role="status">
        {said(asked.value) || hint}
      </p>
      <ul id={`${id}-list`} role="listbox" aria-label={newCase.found} class="found" hidden={!open} onMouseDown={keepFocus}>
        {found.value.map((person, index) => (
          <li
            key={person.id}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === active.value}
            class={index === active.value ? 'active' : undefined}
            onClick={() => pick(person)}
          >
            <strong dir="auto">{person.name}</strong>{' '}
            <span class="muted" dir="auto">
              {[person.organisation, person.duty_station ?? person.office, person.phones[0]?.number].filter((part) => part != null).join(' · ')}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
