import { people } from '../../api/people';
import { perform } from '../../api/client';
import { words } from '../../i18n';
import type { Person, Places } from '../../wire';
import { EntryForm } from '../entry_form';
import { peopleWords } from './words';

/** Enters a person. */
export function PersonForm({ places }: { places: Places }) {
  const text = peopleWords();
  return (
    <EntryForm
      title={text.person}
      submitWord={text.add}
      fields={[
        { name: 'office', label: text.office, required: true, options: places.offices.map(({ id, name }) => [id, name]), keep: true },
        { name: 'duty_station', label: text.station, options: places.duty_stations.map(({ id, name }) => [id, name]) },
        { name: 'kind', label: text.kind, required: true, options: Object.entries(words().terms.personKind) },
        { name: 'name', label: text.name, required: true, maxLength: 200 },
        { name: 'email', label: text.email, hint: text.emailHint, ltr: true },
        { name: 'phone', label: text.mobile, hint: text.mobileHint, ltr: true, pointer: 'phones' },
        { name: 'languages', label: text.languages, hint: text.languagesHint, ltr: true },
        { name: 'call_sign', label: text.callSign, ltr: true, maxLength: 20 },
      ]}
      intent={({ office = '', duty_station, kind, name = '', email, phone, languages = '', call_sign }) =>
        people.newPerson({
          office,
          duty_station,
          kind: (kind ?? 'staff_national') as Person['kind'],
          name,
          email,
          call_sign,
          languages: languages.split(/[\s,]+/).filter(Boolean),
          phones: phone === undefined ? [] : [{ number: phone, kind: 'mobile' }],
        })
      }
      send={(intent) => perform(intent)}
    />
  );
}
