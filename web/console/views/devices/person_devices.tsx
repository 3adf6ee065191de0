import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { Wire } from '../../../api/types';
import { ltr, Ltr } from '../../../ui/ltr';
import { ageWords } from '../../../ui/time';
import { perform } from '../../api/client';
import { devices as requests } from '../../api/devices';
import { now } from '../../clock';
import { utcDate } from '../../dates';
import { i18n, words } from '../../i18n';
import type { Person } from '../../wire';
import { Modal } from '../dialog';
import { EntryForm } from '../entry_form';
import { FormError } from '../field';
import { PersonSearch } from '../person_search';
import { useSubmission } from '../submit';
import { useWantedPerson } from '../wanted_person';
import { devicesWords } from './words';

type Device = Wire['Device'];

/** The phones of a person, each of which can be revoked. */
export function PersonDevices({ wanted }: { wanted?: string }) {
  const { person: text } = devicesWords();
  const query = useSignal('');
  const person = useSignal<Person | undefined>(undefined);
  const input = useRef<HTMLInputElement>(null);
  useWantedPerson(wanted, query, person);
  useLayoutEffect(() => input.current?.focus(), []);
  const id = person.value?.id;
  return (
    <>
      <div class="stack">
        <PersonSearch label={text.who} hint={text.hint} query={query} chosen={person} inputRef={input} />
      </div>
      {id != null && <DevicesOf key={id} person={id} name={person.value?.name ?? ''} />}
    </>
  );
}

/** The phones of one person, and the codes that still work. */
export function DevicesOf({ person, name }: { person: string; name: string }) {
  const { person: text } = devicesWords();
  const found = useSignal<Wire['DevicesOfPerson'] | undefined>(undefined);
  const revoking = useSignal<Device | undefined>(undefined);
  const { error, run } = useSubmission();
  const load = (): void => void run(async () => void (found.value = await requests.of(person)));
  useEffect(load, [person]);
  const close = (): void => void (revoking.value = undefined);
  const all = found.value;
  return (
    <>
      <FormError text={error.value} />
      {all && (all.devices.length === 0 ? <p role="status">{text.none}</p> : <DeviceTable name={name} devices={all.devices} onRevoke={(one) => (revoking.value = one)} />)}
      {all && <Codes codes={all.codes} />}
      {revoking.value && (
        <Modal title={text.revokeTitle(revoking.value.name)} onClose={close} tone="danger">
          <RevokeForm
            device={revoking.value}
            onClose={close}
            onDone={() => {
              close();
              load();
            }}
          />
        </Modal>
      )}
    </>
  );
}

/** The codes that a person has: those that work, and those that open nothing any more. */
function Codes({ codes }: { codes: readonly Wire['OpenCode'][] }) {
  const { person: text } = devicesWords();
  const working = codes.filter((code) => !code.unbacked);
  const unbacked = codes.length - working.length;
  return (
    <>
      {working.length > 0 && (
        <p class="num">
          {text.codes(working.length)}: {working.map(({ expires }) => text.until(ltr(utcDate(expires)))).join(', ')}
        </p>
      )}
      {unbacked > 0 && <p class="num">{text.unbacked(unbacked)}</p>}
    </>
  );
}

function RevokeForm({ device, onClose, onDone }: { device: Device; onClose: () => void; onDone: () => void }) {
  const { person: text } = devicesWords();
  return (
    <EntryForm
      title={device.name}
      lead={text.revokeLead}
      danger
      submitWord={text.revoke}
      fields={[
        { name: 'cause', label: text.cause, hint: text.causeHint, required: true, options: Object.entries(text.causes) },
        { name: 'reason', label: text.reason, hint: text.reasonHint, required: true, maxLength: 300, lines: 2 },
      ]}
      intent={({ cause, reason = '' }) => requests.revoke(device.id, { reason, cause: cause as Wire['RevokeCause'] })}
      send={async (intent) => {
        await perform(intent);
        onDone();
      }}
      done={() => devicesWords().person.done}
      onCancel={onClose}
    />
  );
}

function DeviceTable({ name, devices, onRevoke }: { name: string; devices: readonly Device[]; onRevoke: (device: Device) => void }) {
  const { person: text } = devicesWords();
  return (
    <div class="table-scroll panel" tabIndex={0} role="group" aria-label={name}>
      <table>
        <thead>
          <tr>
            <th scope="col">{text.device}</th>
            <th scope="col">{text.enrolled}</th>
            <th scope="col">{text.seen}</th>
            <th scope="col">{text.state}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {devices.map((device) => (
            <tr key={device.id} class={device.revoked_at == null ? undefined : 'past'}>
              <th scope="row">
                <bdi>{device.name}</bdi>
              </th>
              <td class="num">
                <Ltr>{utcDate(device.enrolled_at)}</Ltr>
              </td>
              <td class="num">
                {device.last_seen_at == null
                  ? text.never
                  : words().detail.ago(ageWords(now.value - Date.parse(device.last_seen_at), i18n.language.value))}
              </td>
              <td>
                {device.revoked_at != null ? text.revoked(device.revoke_cause == null ? undefined : text.causes[device.revoke_cause]) : device.signed_in ? text.signedIn : text.signedOut}
                {device.revoke_reason != null && <span dir="auto"> {text.why(device.revoke_reason)}</span>}
              </td>
              <td>
                {device.revoked_at == null && (
                  <button type="button" aria-label={text.revokeOf(device.name)} onClick={() => onRevoke(device)}>
                    {text.revoke}
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
