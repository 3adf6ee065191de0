import { useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { people as requests, type WantedPeople } from '../../api/people';
import { Ltr } from '../../../ui/ltr';
import { utcDate } from '../../dates';
import { areaHref } from '../../fragment';
import { num, words } from '../../i18n';
import { goToArea } from '../../router';
import { session } from '../../session';
import type { Person, Places } from '../../wire';
import { FormError, SelectField } from '../field';
import { PersonSearch } from '../person_search';
import { useSubmission } from '../submit';
import { peopleWords } from './words';

type Query = Readonly<Partial<Record<string, string>>>;

/** People in reach, by office, zone and kind. What is chosen stands in the address. */
export function PeopleList({ places, query }: { places: Places; query: Query }) {
  const text = peopleWords();
  const go = (change: Query): void => goToArea('people', [], { ...query, ...change }, true);
  const wanted: WantedPeople = { office: query.office, zone: query.zone, kind: query.kind, left: query.left === 'yes' };
  return (
    <>
      {session.value?.permissions.includes('read_people') && <Find />}
      <div class="entry-fields">
        <Filter label={text.office} at={query.office} options={places.offices.map(({ id, name }) => [id, name])} choose={(office) => go({ office })} />
        <Filter label={text.list.zone} at={query.zone} options={places.zones.map(({ id, name }) => [id, name])} choose={(zone) => go({ zone })} />
        <Filter label={text.kind} at={query.kind} options={Object.entries(words().terms.personKind)} choose={(kind) => go({ kind })} />
        <label class="option">
          <input type="checkbox" checked={wanted.left} onChange={(event) => go({ left: event.currentTarget.checked ? 'yes' : undefined })} />
          <span>{text.list.left}</span>
        </label>
      </div>
      <Pages key={JSON.stringify(wanted)} wanted={wanted} places={places} />
    </>
  );
}

function Find() {
  const { list: text } = peopleWords();
  const query = useSignal('');
  const chosen = useSignal<Person | undefined>(undefined);
  const input = useRef<HTMLInputElement>(null);
  useSignalEffect(() => {
    const id = chosen.value?.id;
    if (id != null) goToArea('people', [id]);
  });
  return (
    <div class="stack">
      <PersonSearch label={text.find} hint={text.findHint} query={query} chosen={chosen} inputRef={input} />
    </div>
  );
}

function Filter({
  label,
  at,
  options,
  choose,
}: {
  label: string;
  at: string | undefined;
  options: readonly (readonly [string, string])[];
  choose: (value: string | undefined) => void;
}) {
  const value = useSignal(at ?? '');
  value.value = at ?? '';
  useEffect(() => value.subscribe((next) => void (next !== (at ?? '') && choose(next || undefined))), [at, choose]);
  return <SelectField label={label} value={value} none={peopleWords().list.any} options={options} />;
}

function Pages({ wanted, places }: { wanted: WantedPeople; places: Places }) {
  const { list: text } = peopleWords();
  const found = useSignal<readonly Person[] | undefined>(undefined);
  const next = useSignal<string | undefined>(undefined);
  const { busy, error, run } = useSubmission();
  const load = (after?: string): void =>
    void run(async () => {
      const page = await requests.page({ ...wanted, after });
      found.value = [...(after === undefined ? [] : (found.peek() ?? [])), ...page.people];
      next.value = page.next ?? undefined;
    });
  useEffect(() => load(), []);
  const people = found.value;
  if (people === undefined) return error.value === undefined ? <p role="status">{words().loading}</p> : <FormError text={error.value} />;
  return (
    <>
      <p role="status">{people.length === 0 ? text.none : next.value === undefined ? text.shown(people.length) : text.shownMore(people.length)}</p>
      {people.length > 0 && <PeopleTable people={people} places={places} />}
      <FormError text={error.value} />
      {next.value !== undefined && (
        <div class="buttons">
          <button type="button" disabled={busy.value} onClick={() => load(next.peek())}>
            {text.more}
          </button>
        </div>
      )}
    </>
  );
}

function PeopleTable({ people, places }: { people: readonly Person[]; places: Places }) {
  const { tab, kind, office, list: text } = peopleWords();
  return (
    <div class="table-scroll panel" tabIndex={0} role="region" aria-label={tab.list}>
      <table>
        <thead>
          <tr>
            <th scope="col">{peopleWords().name}</th>
            <th scope="col">{kind}</th>
            <th scope="col">{office}</th>
            <th scope="col">{text.numbers}</th>
            <th scope="col">{text.phones}</th>
            <th scope="col">{text.now}</th>
          </tr>
        </thead>
        <tbody>
          {people.map((one, index) => (
            <PersonRow key={one.id ?? index} one={one} places={places} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function PersonRow({ one, places }: { one: Person; places: Places }) {
  const { list: text, place } = peopleWords();
  const proven = one.phones.filter(({ verified_at }) => verified_at != null).length;
  const hidden = one.masked?.includes('contacts') === true;
  const office = one.office ?? places.offices.find(({ id }) => id === one.office_id)?.name;
  return (
    <tr class={one.left_at == null ? undefined : 'past'}>
      <th scope="row">
        {one.id == null ? (
          <>
            <Ltr>{one.name}</Ltr> <span class="muted">{text.pseudonym}</span>
          </>
        ) : (
          <a href={areaHref('people', [one.id])} dir="auto">
            {one.name}
          </a>
        )}
      </th>
      <td>{words().terms.personKind[one.kind]}</td>
      <td>
        <bdi>{one.organisation}</bdi> <bdi>{office}</bdi>
      </td>
      <td class={!hidden && one.phones.length === 0 ? 'bad' : undefined}>
        {hidden ? <span class="muted">{text.numbersHidden}</span> : one.phones.length === 0 ? text.noNumber : text.proven(num(proven), num(one.phones.length))}
      </td>
      <td class="num">{num(one.devices)}</td>
      <td>
        {one.current_place && (
          <>
            <bdi>{one.current_place.place ?? one.current_place.country}</bdi> {place.until('')}
            <Ltr>{utcDate(one.current_place.until)}</Ltr>
          </>
        )}
      </td>
    </tr>
  );
}
