import { useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { session } from '../../session';
import type { Person } from '../../wire';
import { PersonSearch } from '../person_search';
import { usePlaces } from '../places_known';
import { useWantedPerson } from '../wanted_person';
import { AccountPart } from './account_part';
import { GrantForm } from './grant_form';
import { useGrants } from './grant_list';
import { GrantsTable } from './grants_table';
import { rightsWords } from './words';

/** What one person may do, and their sign-in. */
export function PersonRights({ wanted }: { wanted?: string }) {
  const text = rightsWords();
  const query = useSignal('');
  const person = useSignal<Person | undefined>(undefined);
  const input = useRef<HTMLInputElement>(null);
  useWantedPerson(wanted, query, person);
  useLayoutEffect(() => input.current?.focus(), []);
  const id = person.value?.id;
  return (
    <>
      <div class="stack">
        <PersonSearch label={text.who} hint={text.whoHint} query={query} chosen={person} inputRef={input} />
      </div>
      {id != null && <OfPerson key={id} id={id} name={person.value?.name ?? ''} />}
    </>
  );
}

function OfPerson({ id, name }: { id: string; name: string }) {
  const text = rightsWords();
  const past = useSignal(false);
  const { places } = usePlaces();
  const held = session.value?.permissions ?? [];
  const gives = held.includes('grant_roles') || held.includes('appoint_wardens');
  const list = useGrants(gives ? { person: id, past: past.value } : undefined);
  return (
    <>
      {gives && (
        <>
          <h3 dir="auto">{name}</h3>
          <label class="option">
            <input type="checkbox" checked={past.value} onChange={(event) => (past.value = event.currentTarget.checked)} />
            <span>{text.past}</span>
          </label>
          <GrantsTable list={list} label={name} showHolder={false} />
          {places && <GrantForm person={id} name={name} places={places} onDone={list.reload} />}
        </>
      )}
      <AccountPart person={id} />
    </>
  );
}
