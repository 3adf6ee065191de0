import { computed } from '@preact/signals';
import type { AreaRoute } from '../../fragment';
import { session } from '../../session';
import { Tabs } from '../tabs';
import { AreaGrants } from './area_grants';
import { Emergency } from './emergency';
import { PersonRights } from './person_rights';
import { Seizure } from './seizure';
import { rightsWords } from './words';

const TABS = ['person', 'area', 'emergency', 'seizure'] as const;
type Tab = (typeof TABS)[number];

/** The pages that the session's permissions open. */
const open = computed<Tab[]>(() => {
  const held = session.value?.permissions ?? [];
  const grants = held.includes('grant_roles') || held.includes('appoint_wardens');
  const opens: Record<Tab, boolean> = {
    person: grants || held.includes('end_sessions'),
    area: grants,
    emergency: held.includes('break_glass') || held.includes('unseal_names'),
    seizure: held.includes('seize_office'),
  };
  return TABS.filter((tab) => opens[tab]);
});

/** Who may do what, where and until when; and what is done in an emergency. */
export function RightsPage({ at }: { at: AreaRoute }) {
  const text = rightsWords();
  const wanted = at.path[0] ?? open.value[0];
  const tab = open.value.find((one) => one === wanted) ?? open.value[0];
  return (
    <section class="page broad" aria-labelledby="rights-title">
      <h2 id="rights-title">{text.title}</h2>
      <Tabs area="rights" label={text.tabs} tabs={open.value.map((one) => [one, text.tab[one]])} current={tab ?? ''} />
      {tab === 'person' && <PersonRights wanted={at.query.person} />}
      {tab === 'area' && <AreaGrants />}
      {tab === 'emergency' && <Emergency />}
      {tab === 'seizure' && <Seizure />}
    </section>
  );
}
