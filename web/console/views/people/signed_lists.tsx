import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ApiError } from '../../../api/client';
import type { Wire } from '../../../api/types';
import { perform } from '../../api/client';
import { people as requests } from '../../api/people';
import { areaHref } from '../../fragment';
import { num, words } from '../../i18n';
import { session } from '../../session';
import type { Places } from '../../wire';
import { EntryForm } from '../entry_form';
import { FormError, SelectField } from '../field';
import { When } from '../reach/when';
import { useSubmission } from '../submit';
import { peopleWords } from './words';

/** The signatures under an office's list, and signing it. */
export function SignedLists({ places, wanted }: { places: Places; wanted: string | undefined }) {
  const { signed: text } = peopleWords();
  const only = places.offices.length === 1 ? places.offices[0]?.id : undefined;
  const office = useSignal(places.offices.find(({ id }) => id === wanted)?.id ?? only ?? '');
  return (
    <div class="stack">
      <h3>{text.title}</h3>
      <p>{text.lead}</p>
      <SelectField label={text.office} value={office} options={places.offices.map(({ id, name }) => [id, name])} />
      {office.value === '' ? <p>{text.choose}</p> : <OfOffice key={office.value} office={office.value} />}
    </div>
  );
}

function OfOffice({ office }: { office: string }) {
  const { signed: text } = peopleWords();
  const known = useSignal<Wire['Attestations'] | undefined>(undefined);
  const { error, run } = useSubmission();
  const load = (): void => void run(async () => void (known.value = await requests.attestations(office)));
  useEffect(load, [office]);
  const now = known.value;
  if (!now) return error.value === undefined ? <p role="status">{words().loading}</p> : <FormError text={error.value} />;
  return (
    <>
      <p role="status" class={now.overdue ? 'warning' : undefined}>
        {now.overdue ? text.overdue : now.attestations.length === 0 ? text.notYet : text.inTime}
      </p>
      <p>
        {text.people(now.people)} <a href={areaHref('people', [], { office })}>{text.read}</a>
      </p>
      {session.value?.permissions.includes('attest_list') && <SignForm key={now.list_hash} office={office} hash={now.list_hash} reload={load} />}
      <FormError text={error.value} />
      {now.attestations.length > 0 && <Signatures all={now.attestations} />}
    </>
  );
}

function SignForm({ office, hash, reload }: { office: string; hash: string; reload: () => void }) {
  const { signed: text } = peopleWords();
  const read = useSignal(false);
  return (
    <>
      <label class="option">
        <input type="checkbox" checked={read.value} onChange={(event) => (read.value = event.currentTarget.checked)} />
        <span>{text.iRead}</span>
      </label>
      {read.value && (
        <EntryForm
          title={text.sign}
          lead={text.signLead}
          submitWord={text.submit}
          fields={[{ name: 'remarks', label: text.remarks, hint: text.remarksHint, maxLength: 1000, lines: 2 }]}
          intent={({ remarks }) => requests.attest(office, { list_hash: hash, remarks })}
          send={async (intent) => {
            try {
              await perform(intent);
            } catch (why) {
              // The list as it is now must be on the screen before it is signed.
              if (why instanceof ApiError && why.code === 'list_changed') reload();
              throw why;
            }
            reload();
          }}
          done={() => peopleWords().signed.done}
        />
      )}
    </>
  );
}

function Signatures({ all }: { all: readonly Wire['Attestation'][] }) {
  const { signed: text } = peopleWords();
  return (
    <div class="table-scroll panel" tabIndex={0} role="region" aria-label={text.title}>
      <table>
        <thead>
          <tr>
            <th scope="col">{text.when}</th>
            <th scope="col">{text.who}</th>
            <th scope="col">{text.count}</th>
            <th scope="col">{text.noted}</th>
          </tr>
        </thead>
        <tbody>
          {all.map((one) => (
            <tr key={one.id}>
              <td>
                <When at={one.signed_at} />
              </td>
              <th scope="row">
                <bdi>{one.name}</bdi>
              </th>
              <td class="num">{num(one.people)}</td>
              <td dir="auto">{one.remarks}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
