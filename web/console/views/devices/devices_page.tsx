import type { AreaRoute } from '../../fragment';
import { Tabs } from '../tabs';
import { Batches } from './batches';
import { invitations } from './invitations';
import { InviteForm } from './invite_form';
import { PersonDevices } from './person_devices';
import { Progress } from './progress';
import { Sheets } from './sheets';
import { devicesWords } from './words';

const TABS = ['invite', 'progress', 'person'] as const;

/** Inviting phones, how far everybody is, and the phones of a person. */
export function DevicesPage({ at }: { at: AreaRoute }) {
  const text = devicesWords();
  const tab = TABS.find((one) => one === at.path[0]) ?? 'invite';
  const issued = invitations.value;
  return (
    <section class="page broad" aria-labelledby="devices-title">
      <h2 id="devices-title">{text.title}</h2>
      <Tabs area="devices" label={text.tabs} tabs={TABS.map((one) => [one, text.tab[one]])} current={tab} />
      {tab === 'invite' && (issued ? <Sheets issued={issued} /> : <InviteForm office={at.query['office']} />)}
      {tab === 'invite' && <Batches />}
      {tab === 'progress' && <Progress />}
      {tab === 'person' && <PersonDevices wanted={at.query['person']} />}
    </section>
  );
}
