import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { Intent } from '../../../api/client';
import type { Wire } from '../../../api/types';
import { perform } from '../../api/client';
import { BATCH_MS, devices as requests } from '../../api/devices';
import { i18n, words } from '../../i18n';
import { tell } from '../../notice';
import type { Person } from '../../wire';
import { Choice, FormError, SelectField, TextField } from '../field';
import { OnlyHere } from '../only_here';
import { PersonSearch } from '../person_search';
import { usePlaces } from '../places_known';
import { isBlamed, useSubmission } from '../submit';
import { keepInvitations } from './invitations';
import { devicesWords } from './words';

/** As many as one batch takes. */
const MOST = 500;

/** Makes codes for everybody of an office without a phone, or for people who are picked. */
export function InviteForm({ office: preset }: { office?: string }) {
  const { invite: text, languages } = devicesWords();
  const { places } = usePlaces();
  const whom = useSignal<'office' | 'picked' | ''>('office');
  const office = useSignal(preset ?? '');
  const again = useSignal(false);
  const picked = useSignal<readonly Person[]>([]);
  const days = useSignal('7');
  const language = useSignal<string>(i18n.language.peek());
  const nobody = useSignal(false);
  const made = useRef<Intent | undefined>(undefined);
  const { busy, error, blamed, run } = useSubmission();
  const at = (name: string): string | undefined => (isBlamed(blamed.value, name) ? error.value : undefined);
  const bodyOf = (): Wire['NewEnrolmentBatch'] => ({
    ...(whom.value === 'picked'
      ? { people: picked.value.flatMap(({ id }) => (id == null ? [] : [id])), again: false }
      : { office: office.value, again: again.value }),
    days: Number(days.value),
    language: language.value,
  });
  const submit = (event: Event): void => {
    event.preventDefault();
    nobody.value = whom.value === 'picked' && picked.value.length === 0;
    if (nobody.value) return;
    const body = bodyOf();
    if (JSON.stringify(made.current?.body) !== JSON.stringify(body)) made.current = requests.invite(body);
    const wanted = made.current;
    if (!wanted) return;
    void run(async () => {
      const issued = await perform<Wire['EnrolmentBatchIssued']>(wanted, {}, BATCH_MS);
      made.current = undefined;
      if (issued.invitations.length === 0) tell('good', () => devicesWords().invite.nobodyLeft);
      else keepInvitations(issued);
    });
  };
  const placed = ['office', 'people', 'days', 'language'].some((name) => isBlamed(blamed.value, name));
  return (
    <form class="case-form" aria-labelledby="invite-title" onSubmit={submit}>
      <h3 id="invite-title">{text.title}</h3>
      <p>{text.lead}</p>
      <OnlyHere />
      <Choice
        label={text.whom}
        value={whom}
        options={[
          ['office', text.office],
          ['picked', text.picked],
        ]}
      />
      {whom.value === 'picked' ? (
        <Picker picked={picked} error={at('people')} />
      ) : (
        <>
          <SelectField
            label={text.officeOf}
            value={office}
            required
            options={(places?.offices ?? []).map(({ id, name }) => [id, name])}
            error={at('office')}
          />
          <label class="option switch">
            <input type="checkbox" checked={again.value} onChange={(event) => (again.value = event.currentTarget.checked)} />
            <span>{text.again}</span>
          </label>
        </>
      )}
      <div class="entry-fields">
        <TextField label={text.days} value={days} inputMode="numeric" dir="ltr" maxLength={2} required error={at('days')} />
        <SelectField label={text.language} value={language} required options={Object.entries(languages)} error={at('language')} />
      </div>
      <FormError text={nobody.value ? text.nobody : placed ? undefined : error.value} />
      <div class="buttons">
        <button class="primary" disabled={busy.value}>
          {busy.value ? words().sending : text.submit}
        </button>
      </div>
    </form>
  );
}

/** Picks people one after the other. */
function Picker({ picked, error }: { picked: { value: readonly Person[] }; error: string | undefined }) {
  const { invite: text } = devicesWords();
  const query = useSignal('');
  const chosen = useSignal<Person | undefined>(undefined);
  const input = useRef<HTMLInputElement>(null);
  const count = useComputed(() => picked.value.length);
  useSignalEffect(() => {
    const person = chosen.value;
    if (person?.id == null) return;
    if (picked.value.length < MOST && !picked.value.some(({ id }) => id === person.id)) picked.value = [...picked.value, person];
    chosen.value = undefined;
    query.value = '';
  });
  return (
    <>
      <PersonSearch label={text.pick} hint={text.pickHint} query={query} chosen={chosen} inputRef={input} />
      <p role="status">{text.pickedCount(count.value)}</p>
      {error !== undefined && <FormError text={error} />}
      <ul class="picked-people">
        {picked.value.map((person) => (
          <li key={person.id}>
            <bdi>{person.name}</bdi>
            <button
              type="button"
              class="quiet"
              aria-label={text.remove(person.name)}
              onClick={() => (picked.value = picked.value.filter(({ id }) => id !== person.id))}
            >
              ✕
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
