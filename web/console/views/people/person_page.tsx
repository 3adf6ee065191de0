import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Wire } from '../../../api/types';
import { ltr } from '../../../ui/ltr';
import { people as requests } from '../../api/people';
import { mayOpen } from '../../area_names';
import { utcDate } from '../../dates';
import { areaHref } from '../../fragment';
import { words } from '../../i18n';
import { session } from '../../session';
import type { Places } from '../../wire';
import { FormError } from '../field';
import { useSubmission } from '../submit';
import { EditForm } from './edit_form';
import { LeavingForm } from './leaving_form';
import { PersonFacts } from './person_facts';
import { PersonNumbers } from './person_numbers';
import { PersonPlace } from './person_place';
import { peopleWords } from './words';

/** One person, as far as the session may see them. */
export function PersonPage({ id, places }: { id: string; places: Places }) {
  const { one: text, edit } = peopleWords();
  const person = useSignal<Wire['PersonDetail'] | undefined>(undefined);
  const editing = useSignal(false);
  const { error, run } = useSubmission();
  const load = (): void => void run(async () => void (person.value = await requests.person(id)));
  useEffect(load, [id]);
  const held = session.value?.permissions ?? [];
  const one = person.value;
  return (
    <>
      <p>
        <a href={areaHref('people')}>{text.back}</a>
      </p>
      <FormError text={error.value} />
      {!one && error.value === undefined && <p role="status">{words().loading}</p>}
      {one && (
        <>
          <Head one={one} />
          <PersonFacts one={one} places={places} />
          <PersonNumbers one={one} reload={load} />
          <PersonPlace id={id} one={one} places={places} reload={load} />
          <div class="buttons">
            {held.includes('edit_people') && !editing.value && (
              <button type="button" onClick={() => (editing.value = true)}>
                {edit.open}
              </button>
            )}
            <Elsewhere id={id} />
          </div>
          {held.includes('edit_people') && editing.value && (
            <EditForm
              id={id}
              one={one}
              places={places}
              close={() => (editing.value = false)}
              saved={(now) => {
                person.value = now;
                editing.value = false;
              }}
            />
          )}
          {held.includes('edit_people') && <LeavingForm id={id} name={one.name} left={one.left_at != null} reload={load} />}
        </>
      )}
    </>
  );
}

/** The pages of other areas about the same person. */
function Elsewhere({ id }: { id: string }) {
  const { name } = words().areas;
  const held = session.value;
  const query = { person: id };
  return (
    <>
      {held && mayOpen('rights', held) && (
        <a class="button" href={areaHref('rights', [], query)}>
          {name.rights}
        </a>
      )}
      {held && mayOpen('devices', held) && (
        <a class="button" href={areaHref('devices', ['person'], query)}>
          {name.devices}
        </a>
      )}
    </>
  );
}

function Head({ one }: { one: Wire['PersonDetail'] }) {
  const { one: text } = peopleWords();
  const masked = one.masked ?? [];
  const kept = one.source == null ? undefined : (text.kept as Partial<Record<string, string>>)[one.source];
  return (
    <>
      <h3>
        <bdi>{one.name}</bdi>
      </h3>
      <p>
        {words().terms.personKind[one.kind]} · <bdi>{one.organisation}</bdi> · <bdi>{one.office}</bdi>
        {one.duty_station != null && (
          <>
            {' '}
            · <bdi>{one.duty_station}</bdi>
          </>
        )}
      </p>
      {one.left_at != null && <p class="warning">{text.left(ltr(utcDate(one.left_at)))}</p>}
      {kept !== undefined && <p class="muted">{kept}</p>}
      {masked.length > 0 && (
        <div class="panel">
          <p>{text.maskedLead}</p>
          <ul class="effects">
            {masked.map((what) => (
              <li key={what}>{text.maskedWord[what]}</li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}
