import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { Intent } from '../../../api/client';
import type { Wire } from '../../../api/types';
import { ltr } from '../../../ui/ltr';
import { perform } from '../../api/client';
import { people as requests } from '../../api/people';
import { momentOf, utcDate } from '../../dates';
import { i18n, words } from '../../i18n';
import { tell } from '../../notice';
import { session } from '../../session';
import type { Places } from '../../wire';
import { DateField } from '../date_field';
import { FormError, SelectField, TextField } from '../field';
import { isBlamed, useSubmission } from '../submit';
import { peopleWords } from './words';

/** Where a person is for now, other than at their duty station; setting and clearing it. */
export function PersonPlace({ id, one, places, reload }: { id: string; one: Wire['PersonDetail']; places: Places; reload: () => void }) {
  const { place: text } = peopleWords();
  const now = one.current_place;
  const sets = session.value?.permissions.includes('set_current_place') === true;
  const open = useSignal(false);
  return (
    <section class="panel" aria-labelledby="person-place">
      <h3 id="person-place">{text.title}</h3>
      {now ? (
        <p>
          <strong>
            <bdi>{[now.place, countryName(now.country)].filter((part) => part != null).join(', ')}</bdi>
          </strong>{' '}
          {text.from(ltr(utcDate(now.from)))} {text.until(ltr(utcDate(now.until)))} · {text.basis[now.basis]}
        </p>
      ) : (
        <p>{text.usual}</p>
      )}
      {sets && now && <ClearButton id={id} reload={reload} />}
      {sets && !open.value && (
        <div class="buttons">
          <button type="button" onClick={() => (open.value = true)}>
            {text.set}
          </button>
        </div>
      )}
      {sets && open.value && (
        <PlaceForm
          id={id}
          places={places}
          close={() => (open.value = false)}
          done={() => {
            open.value = false;
            reload();
          }}
        />
      )}
    </section>
  );
}

/** A country in the language on the screen; its code where the browser has no name. */
function countryName(code: string): string {
  try {
    return new Intl.DisplayNames(i18n.language.value, { type: 'region' }).of(code) ?? code;
  } catch {
    return code;
  }
}

function PlaceForm({ id, places, close, done }: { id: string; places: Places; close: () => void; done: () => void }) {
  const { place: text } = peopleWords();
  const country = useSignal('');
  const place = useSignal('');
  const until = useSignal('');
  const missing = useSignal(false);
  const made = useRef<Intent | undefined>(undefined);
  const { busy, error, blamed, run } = useSubmission();
  const codes = [...new Set([...places.offices.map((one) => one.country), ...places.zones.map((one) => one.country)])];
  const options = codes.map((code) => [code, countryName(code)] as const).sort(([, one], [, other]) => one.localeCompare(other));
  const submit = (event: Event): void => {
    event.preventDefault();
    const ends = momentOf(until.peek());
    missing.value = ends === undefined;
    if (ends === undefined) return;
    const body = { country: country.peek(), place: place.peek().trim() || undefined, until: ends };
    if (JSON.stringify(made.current?.body) !== JSON.stringify(body)) made.current = requests.setPlace(id, body);
    const wanted = made.current;
    if (!wanted) return;
    void run(async () => {
      await perform(wanted);
      tell('good', () => words().act.saved);
      done();
    });
  };
  const at = (name: string): string | undefined => (isBlamed(blamed.value, name) ? error.value : undefined);
  const placed = ['country', 'place', 'until'].some((name) => isBlamed(blamed.value, name));
  return (
    <form class="stack" aria-label={text.set} onSubmit={submit}>
      <p>{text.lead}</p>
      <SelectField label={text.country} value={country} required options={options} error={at('country')} />
      <TextField label={text.place} value={place} maxLength={200} dir="auto" error={at('place')} />
      <DateField label={text.untilField} value={until} said={text} required error={missing.value ? text.untilNeeded : at('until')} />
      <FormError text={placed ? undefined : error.value} />
      <div class="buttons">
        <button class="primary" disabled={busy.value}>
          {busy.value ? words().sending : text.save}
        </button>
        <button type="button" onClick={close}>
          {words().cancel}
        </button>
      </div>
    </form>
  );
}

function ClearButton({ id, reload }: { id: string; reload: () => void }) {
  const { place: text } = peopleWords();
  const made = useRef<Intent | undefined>(undefined);
  const { busy, error, run } = useSubmission();
  const clear = (): void => {
    const intent = (made.current ??= requests.clearPlace(id));
    void run(async () => {
      await perform(intent);
      made.current = undefined;
      tell('good', () => peopleWords().place.cleared);
      reload();
    });
  };
  return (
    <>
      <div class="buttons">
        <button type="button" disabled={busy.value} onClick={clear}>
          {text.clear}
        </button>
      </div>
      <FormError text={error.value} />
    </>
  );
}
