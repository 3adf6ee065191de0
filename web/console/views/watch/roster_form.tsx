import { useSignal } from '@preact/signals';
import { useId, useRef } from 'preact/hooks';
import type { Intent } from '../../../api/client';
import type { Wire } from '../../../api/types';
import { perform } from '../../api/client';
import { watch as requests, type WatchArea } from '../../api/watch';
import { now } from '../../clock';
import { words } from '../../i18n';
import { tell } from '../../notice';
import type { Person, Role } from '../../wire';
import { FormError, SelectField, TextField, described, FieldNotes } from '../field';
import { PersonSearch } from '../person_search';
import { roleWords } from '../roles/words';
import { useSubmission } from '../submit';
import { ROSTERED } from './areas';
import { nameOfDay } from './roster_page';
import { watchWords } from './words';

const WEEK = [1, 2, 3, 4, 5, 6, 7];

/** Puts somebody on the roster of an area. */
export function RosterForm({ area, onDone }: { area: WatchArea; onDone: () => void }) {
  const { roster: text } = watchWords();
  const role = useSignal('');
  const query = useSignal('');
  const person = useSignal<Person | undefined>(undefined);
  const days = useSignal<readonly number[]>(WEEK);
  const from = useSignal('');
  const until = useSignal('');
  const zone = useSignal('');
  const first = useSignal(new Date(now.peek()).toISOString().slice(0, 10));
  const last = useSignal('');
  const missing = useSignal<string | undefined>(undefined);
  const made = useRef<Intent | undefined>(undefined);
  const search = useRef<HTMLInputElement>(null);
  const { busy, error, blamed, run } = useSubmission();
  const roles = Object.entries(ROSTERED).filter(([, kinds]) => kinds.includes(area.area));
  const at = (field: string): string | undefined => (blamed.value === `/duty/${field}` ? error.value : undefined);
  const body = (id: string): Wire['NewRosterEntry'] => ({
    ...area,
    role: role.value as Role,
    duty: {
      person: id,
      weekdays: [...days.value].sort(),
      from: from.value,
      until: until.value,
      time_zone: zone.value.trim() === '' ? undefined : zone.value.trim(),
      first_day: first.value,
      last_day: last.value === '' ? undefined : last.value,
    },
  });
  const submit = (event: Event): void => {
    event.preventDefault();
    const id = person.value?.id;
    missing.value = id == null ? text.pick : days.value.length === 0 ? text.pickDays : undefined;
    if (id == null || missing.value !== undefined) {
      if (id == null) search.current?.focus();
      return;
    }
    const wanted = body(id);
    if (JSON.stringify(made.current?.body) !== JSON.stringify(wanted)) made.current = requests.enter(wanted);
    const intent = made.current;
    if (!intent) return;
    void run(async () => {
      await perform(intent);
      made.current = undefined;
      person.value = undefined;
      query.value = '';
      tell('good', () => watchWords().roster.added);
      onDone();
    });
  };
  const placed = ['from', 'until', 'time_zone', 'first_day', 'last_day'].some((field) => at(field) !== undefined);
  return (
    <form class="case-form" aria-labelledby="roster-form" onSubmit={submit}>
      <h3 id="roster-form">{text.add}</h3>
      <div class="entry-fields">
        <SelectField label={text.role} value={role} required options={roles.map(([one]) => [one, roleWords().role[one as Role]] as const)} />
        <PersonSearch label={text.person} hint={text.find} query={query} chosen={person} inputRef={search} />
        <fieldset class="choice">
          <legend>{text.days}</legend>
          {WEEK.map((nth) => (
            <label key={nth} class="option">
              <input
                type="checkbox"
                checked={days.value.includes(nth)}
                onChange={(event) => (days.value = event.currentTarget.checked ? [...days.value, nth] : days.value.filter((one) => one !== nth))}
              />
              <span>{nameOfDay(nth)}</span>
            </label>
          ))}
        </fieldset>
        <PickField type="time" label={text.start} value={from} required error={at('from')} />
        <PickField type="time" label={text.end} hint={text.endHint} value={until} required error={at('until')} />
        <TextField label={text.zoneField} hint={text.zoneHint} value={zone} maxLength={60} dir="ltr" error={at('time_zone')} />
        <PickField type="date" label={text.first} value={first} required error={at('first_day')} />
        <PickField type="date" label={text.last} hint={text.lastHint} value={last} error={at('last_day')} />
      </div>
      <FormError text={missing.value ?? (placed ? undefined : error.value)} />
      <div class="buttons">
        <button class="primary" disabled={busy.value}>
          {busy.value ? words().sending : text.addSubmit}
        </button>
      </div>
    </form>
  );
}

/** A time or a day, as the browser lets one choose it. */
function PickField({
  type,
  label,
  value,
  hint,
  required,
  error,
}: {
  type: 'time' | 'date';
  label: string;
  value: { value: string };
  hint?: string;
  required?: boolean;
  error?: string | undefined;
}) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        type={type}
        value={value.value}
        required={required}
        {...described(id, hint, error)}
        onInput={(event) => (value.value = event.currentTarget.value)}
      />
      <FieldNotes id={id} {...(hint !== undefined && { hint })} {...(error !== undefined && { error })} />
    </div>
  );
}
