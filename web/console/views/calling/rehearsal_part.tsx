import { useSignal, useSignalEffect, type Signal } from '@preact/signals';
import type { Wire } from '../../../api/types';
import { calling as requests } from '../../api/calling';
import { words } from '../../i18n';
import type { Places } from '../../wire';
import { FormError, SelectField } from '../field';
import { useSubmission } from '../submit';
import { afterWords } from './after';
import { nameOf } from './areas';
import { callingWords } from './words';

type Rehearsal = Wire['Rehearsal'];

/** Who would be called when, were an alarm raised in an office now. */
export function RehearsalPart({
  office,
  places,
  policies,
}: {
  office: Signal<string>;
  places: Places;
  policies: readonly Wire['Policy'][];
}) {
  const { who: text, policies: said } = callingWords();
  const rehearsal = useSignal<Rehearsal | undefined>(undefined);
  const { error, run } = useSubmission();
  useSignalEffect(() => {
    const id = office.value;
    rehearsal.value = undefined;
    if (id === '') return;
    void run(async () => {
      const found = await requests.rehearsal(id);
      if (office.peek() === id) rehearsal.value = found;
    });
  });
  const offices = places.offices.filter(({ closed_at }) => closed_at == null).map(({ id, name }): [string, string] => [id, name]);
  const shown = rehearsal.value;
  const by = policies.find(({ area }) => area === shown?.policy);
  return (
    <section aria-labelledby="calling-who">
      <h3 id="calling-who">{text.title}</h3>
      <SelectField label={text.office} value={office} options={offices} none={text.choose} />
      <FormError text={error.value} />
      {shown && (
        <>
          <p>{shown.policy == null ? text.standard : text.policyOf(nameOf(by, said.installation))}</p>
          <div class="table-scroll panel" tabIndex={0} role="group" aria-labelledby="calling-who">
            <table>
              <thead>
                <tr>
                  <th scope="col">{text.after}</th>
                  <th scope="col">{text.step}</th>
                  <th scope="col">{text.people}</th>
                </tr>
              </thead>
              <tbody>
                {[...shown.calls]
                  .sort((a, b) => a.at_s - b.at_s)
                  .map((call, index) => (
                    <CallRow key={index} call={call} />
                  ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </section>
  );
}

function CallRow({ call }: { call: Rehearsal['calls'][number] }) {
  const { who: text } = callingWords();
  const { terms } = words();
  const roles = terms.calledRole as Partial<Record<string, string>>;
  return (
    <tr data-step={call.step}>
      <td class="num">{afterWords(call.at_s)}</td>
      <td>
        {terms.ladderStep[call.step]}
        {call.unseen && <span class="muted"> ({text.unseen})</span>}
      </td>
      <td>
        {call.people.length === 0 && <strong>{text.nobody}</strong>}
        {call.people.map(({ person, name, role, proven, channels }) => (
          <p key={person}>
            <bdi>{name}</bdi> <span class="muted">{roles[role] ?? role}</span>{' '}
            {channels.length === 0 ? <em>{text.noWay}</em> : channels.map((channel) => terms.deliveryChannel[channel]).join(', ')}
            {channels.length > 0 && !proven && <em> ({text.unproven})</em>}
          </p>
        ))}
        {call.passed && <p class="bad-word">{call.unseen ? text.unreached : text.passed}</p>}
      </td>
    </tr>
  );
}
