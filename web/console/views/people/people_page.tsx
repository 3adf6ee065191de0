import { computed } from '@preact/signals';
import type { AreaRoute } from '../../fragment';
import { words } from '../../i18n';
import { session } from '../../session';
import type { Permission } from '../../wire';
import { usePlaces } from '../places_known';
import { ReachTable } from '../reach/reach_table';
import { Tabs } from '../tabs';
import { ExportForm } from './export_form';
import { PeopleList } from './people_list';
import { PersonForm } from './person_form';
import { PersonPage } from './person_page';
import { SignedLists } from './signed_lists';
import { Waiting } from './waiting';
import { peopleWords } from './words';
import { ZoneList } from './zone_list';

const TABS = ['list', 'zone', 'reach', 'waiting', 'signed', 'export', 'add'] as const;
type Tab = (typeof TABS)[number];

/** Who sees a page: whoever has one of these permissions. */
const NEEDS: Record<Tab, readonly Permission[]> = {
  list: ['read_people', 'read_pseudonyms'],
  zone: ['read_zone'],
  reach: ['read_counts'],
  waiting: ['verify_numbers'],
  signed: ['read_counts'],
  export: ['export_people'],
  add: ['edit_people'],
};

const open = computed<Tab[]>(() => {
  const held = session.value?.permissions ?? [];
  return TABS.filter((tab) => NEEDS[tab].some((permission) => held.includes(permission)));
});

/** The register of people. */
export function PeoplePage({ at }: { at: AreaRoute }) {
  const text = peopleWords();
  const { places } = usePlaces();
  const first = at.path[0];
  const id = first !== undefined && /^[0-9a-f-]{36}$/i.test(first) ? first : undefined;
  const tab = open.value.find((one) => one === first) ?? open.value[0];
  return (
    <section class="page broad" aria-labelledby="people-title">
      <h2 id="people-title">{text.title}</h2>
      <Tabs area="people" label={text.tabs} tabs={open.value.map((one) => [one, text.tab[one]])} current={id === undefined ? (tab ?? '') : ''} />
      {!places && <p role="status">{words().loading}</p>}
      {places && id !== undefined && <PersonPage key={id} id={id} places={places} />}
      {places && id === undefined && (
        <>
          {tab === undefined && <p>{text.nothingHere}</p>}
          {tab === 'list' && <PeopleList places={places} query={at.query} />}
          {tab === 'zone' && <ZoneList places={places} wanted={at.query.zone} />}
          {tab === 'reach' && <ReachTable />}
          {tab === 'waiting' && <Waiting />}
          {tab === 'signed' && <SignedLists places={places} wanted={at.query.office} />}
          {tab === 'export' && <ExportForm places={places} />}
          {tab === 'add' && (places.offices.length === 0 ? <p>{text.noOffice}</p> : <PersonForm places={places} />)}
        </>
      )}
    </section>
  );
}
