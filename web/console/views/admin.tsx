import { useSignal, type Signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { Ltr } from '../../ui/ltr';
import { utcStamp } from '../../ui/time';
import { explain } from '../actions';
import { api } from '../api';
import { copyAndTell } from '../copy';
import { words } from '../i18n';
import { leadsToThisComputer } from '../loopback';
import { tell } from '../notice';
import { session } from '../session';
import type { AccountLink, Person, Places, Role } from '../wire';
import { AdminForm } from './admin_form';
import { PersonSearch } from './person_search';
import { useSubmission } from './submit';

/** Sets up places, people, and who may sign in and do what. */
export function AdminPage() {
  const { admin } = words();
  const places = useSignal<Places | undefined>(undefined);
  const load = async (): Promise<void> => {
    try {
      places.value = await api.places();
    } catch (error) {
      tell('bad', () => explain(error));
    }
  };
  useEffect(() => void load(), []);
  return (
    <section class="page" aria-labelledby="admin-title">
      <h2 id="admin-title">{admin.title}</h2>
      {!session.value?.works_cases && <p>{admin.noCases}</p>}
      {places.value && (
        <>
          <OfficeForm places={places.value} onSaved={load} />
          <StationForm places={places.value} onSaved={load} />
          <PersonForm places={places.value} />
          <RightsPart places={places.value} />
        </>
      )}
    </section>
  );
}

type Options = readonly (readonly [string, string])[];

function officeOptions({ offices }: Places): Options {
  return offices.map(({ id, name }) => [id, name]);
}

/** A form's number; what is none is sent as it came, and the server says what is wrong with it. */
function numberOr(text: string | undefined): number {
  return Number((text ?? '').replace(',', '.'));
}

function OfficeForm({ places, onSaved }: { places: Places; onSaved: () => Promise<void> }) {
  const { admin } = words();
  return (
    <AdminForm
      title={admin.office}
      submitWord={admin.add}
      fields={[
        { name: 'organisation', label: admin.organisation, required: true, options: places.organisations.map(({ id, name }) => [id, name]) },
        { name: 'country', label: admin.country, hint: admin.countryHint, required: true, maxLength: 2, ltr: true },
        { name: 'name', label: admin.name, required: true, maxLength: 200 },
        { name: 'duty_number', label: admin.dutyNumber, ltr: true, maxLength: 20 },
        { name: 'emergency_number', label: admin.emergencyNumber, ltr: true, maxLength: 20 },
      ]}
      intent={({ organisation = '', country = '', name = '', duty_number, emergency_number }) =>
        api.newOffice({ organisation, country: country.toUpperCase(), name, duty_number, emergency_number })
      }
      send={async (intent) => {
        await api.perform(intent);
        await onSaved();
      }}
    />
  );
}

function StationForm({ places, onSaved }: { places: Places; onSaved: () => Promise<void> }) {
  const { admin } = words();
  if (places.offices.length === 0) return null;
  return (
    <AdminForm
      title={admin.station}
      submitWord={admin.add}
      fields={[
        { name: 'office', label: admin.officeOf, required: true, options: officeOptions(places), keep: true },
        { name: 'name', label: admin.name, required: true, maxLength: 200 },
        { name: 'time_zone', label: admin.timeZone, hint: admin.timeZoneHint, required: true, ltr: true },
        { name: 'lat', label: admin.lat, required: true, ltr: true },
        { name: 'lon', label: admin.lon, required: true, ltr: true },
      ]}
      intent={({ office = '', name = '', time_zone = '', lat, lon }) =>
        api.newStation({ office, name, time_zone, lat: numberOr(lat), lon: numberOr(lon) })
      }
      send={async (intent) => {
        await api.perform(intent);
        await onSaved();
      }}
    />
  );
}

function PersonForm({ places }: { places: Places }) {
  const { admin, terms } = words();
  if (places.offices.length === 0) return null;
  return (
    <AdminForm
      title={admin.person}
      submitWord={admin.add}
      fields={[
        { name: 'office', label: admin.officeOf, required: true, options: officeOptions(places), keep: true },
        { name: 'duty_station', label: admin.stationOf, options: places.duty_stations.map(({ id, name }) => [id, name]) },
        { name: 'kind', label: admin.kind, required: true, options: Object.entries(terms.personKind) },
        { name: 'name', label: admin.name, required: true, maxLength: 200 },
        { name: 'email', label: admin.email, hint: admin.emailHint, ltr: true },
        { name: 'phone', label: admin.mobile, hint: admin.mobileHint, ltr: true },
        { name: 'languages', label: admin.languages, hint: admin.languagesHint, ltr: true },
        { name: 'call_sign', label: admin.callSign, ltr: true, maxLength: 20 },
      ]}
      intent={({ office = '', duty_station, kind, name = '', email, phone, languages = '', call_sign }) =>
        api.newPerson({
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
      send={(intent) => api.perform(intent)}
    />
  );
}

/** Finds a person, lets them sign in, and gives them a role. */
function RightsPart({ places }: { places: Places }) {
  const { admin, terms } = words();
  const query = useSignal('');
  const person = useSignal<Person | undefined>(undefined);
  const input = useRef<HTMLInputElement>(null);
  const areas: Options = [
    ['installation', admin.everywhere],
    ...places.organisations.map(({ id, name }) => [`organisation ${id}`, name] as const),
    ...places.offices.map(({ id, name }) => [`office ${id}`, name] as const),
  ];
  const id = person.value?.id;
  return (
    <>
      <div class="case-form">
        <h3>{admin.rights}</h3>
        <PersonSearch label={admin.who} query={query} chosen={person} inputRef={input} />
        {id != null && <SignInLink key={id} person={id} />}
      </div>
      {id != null && (
        <AdminForm
          title={admin.grant(person.value?.name ?? '')}
          submitWord={admin.give}
          fields={[
            { name: 'role', label: admin.role, required: true, options: Object.entries(terms.role) },
            { name: 'area', label: admin.area, required: true, options: areas },
          ]}
          intent={({ role = '', area = '' }) => {
            const [kind = '', area_id] = area.split(' ');
            return api.newGrant({ person: id, role: role as Role, area: kind as 'office', area_id });
          }}
          send={(intent) => api.perform(intent)}
        />
      )}
    </>
  );
}

function SignInLink({ person }: { person: string }) {
  const { admin, detail, enrol } = words();
  const link: Signal<AccountLink | undefined> = useSignal<AccountLink | undefined>(undefined);
  const { busy, error, run } = useSubmission();
  const issue = (): void => {
    void run(async () => {
      link.value = await api.performAccount(api.account(person));
    });
  };
  const issued = link.value;
  return (
    <>
      <div class="buttons">
        <button type="button" disabled={busy.value} onClick={issue}>
          {admin.signInLink}
        </button>
      </div>
      {error.value !== undefined && (
        <p class="form-error" role="alert">
          {error.value}
        </p>
      )}
      {issued && (
        <p role="status">
          {leadsToThisComputer(issued.link) && <strong class="bad">{admin.signInLinkOnlyHere} </strong>}
          {admin.signInLinkLead} {enrol.until} <Ltr>{utcStamp(issued.expires)}</Ltr>{' '}
          <code>
            <Ltr>{issued.link}</Ltr>
          </code>{' '}
          <button type="button" onClick={() => void copyAndTell(issued.link)}>
            {detail.copy}
          </button>
        </p>
      )}
    </>
  );
}
