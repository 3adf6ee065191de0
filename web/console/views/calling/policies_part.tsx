import { useSignal } from '@preact/signals';
import type { Wire } from '../../../api/types';
import { ltr } from '../../../ui/ltr';
import { utcStamp } from '../../../ui/time';
import { perform } from '../../api/client';
import { calling as requests } from '../../api/calling';
import { words } from '../../i18n';
import { session } from '../../session';
import type { Places } from '../../wire';
import { Modal } from '../dialog';
import { EntryForm } from '../entry_form';
import { SelectField } from '../field';
import { afterWords } from './after';
import { areasWithout, nameOf } from './areas';
import { PolicyForm } from './policy_form';
import { callingWords } from './words';

type Plan = Pick<Wire['Policy'], 'steps' | 'unseen'>;

/** What is being edited: the area with the policy that it has or begins with. */
interface Edited {
  area: string;
  name: string;
  revision: number;
  from: Plan;
  people: Wire['Policy']['people'];
}

/** The policies, and ways to change them for whoever may. */
export function PoliciesPart({ known, places, onChanged }: { known: Wire['Policies']; places: Places; onChanged: () => void }) {
  const { policies: text } = callingWords();
  const edited = useSignal<Edited | undefined>(undefined);
  const ending = useSignal<Wire['Policy'] | undefined>(undefined);
  const added = useSignal('');
  const may = session.value?.permissions.includes('edit_ladders') === true;
  const free = areasWithout(places, known.policies, text.installation);
  const done = (): void => {
    edited.value = undefined;
    ending.value = undefined;
    added.value = '';
    onChanged();
  };
  const close = (): void => {
    edited.value = undefined;
    ending.value = undefined;
  };
  const begin = (): void => {
    const found = free.find(([id]) => id === added.value);
    if (found) edited.value = { area: found[0], name: found[1], revision: 0, from: known.standard, people: [] };
  };
  return (
    <section aria-labelledby="calling-policies">
      <h3 id="calling-policies">{text.title}</h3>
      <p>{text.lead}</p>
      {known.policies.length === 0 && <p>{text.none}</p>}
      {known.policies.map((policy) => {
        const name = nameOf(policy, text.installation);
        return (
          <article key={policy.area} class="panel policy" aria-label={name} data-policy={policy.area}>
            <h4>
              <bdi>{name}</bdi>
            </h4>
            <PlanList plan={policy} people={policy.people} />
            <p class="muted">{text.changed(policy.changed_by, ltr(utcStamp(policy.changed_at)))}</p>
            {policy.editable && (
              <div class="buttons">
                <button
                  type="button"
                  aria-label={text.editOf(name)}
                  onClick={() => (edited.value = { area: policy.area, name, revision: policy.revision, from: policy, people: policy.people })}
                >
                  {text.edit}
                </button>
                <button type="button" aria-label={text.endOf(name)} onClick={() => (ending.value = policy)}>
                  {text.end}
                </button>
              </div>
            )}
          </article>
        );
      })}
      <article class="panel policy" aria-label={text.standard}>
        <h4>{text.standard}</h4>
        <PlanList plan={known.standard} people={[]} />
      </article>
      {may && free.length > 0 && (
        <div class="add-policy">
          <SelectField label={text.add} value={added} options={free} none={text.area} />
          <button type="button" disabled={added.value === ''} onClick={begin}>
            {text.edit}
          </button>
        </div>
      )}
      {edited.value && <PolicyForm {...edited.value} channels={known.channels} onClose={close} onDone={done} />}
      {ending.value && <EndDialog policy={ending.value} onClose={close} onDone={done} />}
    </section>
  );
}

function EndDialog({ policy, onClose, onDone }: { policy: Wire['Policy']; onClose: () => void; onDone: () => void }) {
  const { policies: text } = callingWords();
  const name = nameOf(policy, text.installation);
  return (
    <Modal title={text.endOf(name)} onClose={onClose} tone="danger">
      <EntryForm
        title={name}
        lead={text.endLead}
        danger
        submitWord={text.end}
        fields={[]}
        intent={() => requests.end(policy.area)}
        send={(intent) => perform(intent).then(onDone)}
        done={() => callingWords().policies.ended}
        onCancel={onClose}
      />
    </Modal>
  );
}

/** The steps of a policy, one line each. */
function PlanList({ plan, people }: { plan: Plan; people: Wire['Policy']['people'] }) {
  const { policies: text } = callingWords();
  const { terms } = words();
  const by = (channels: readonly Wire['DeliveryChannel'][]): string => channels.map((channel) => terms.deliveryChannel[channel]).join(', ');
  const nameIn = (id: string): string => people.find((one) => one.id === id)?.name ?? '?';
  return (
    <ol class="plan">
      {plan.steps.map((step, index) => (
        <li key={index}>
          <span class="num">{afterWords(step.after_s)}</span>{' '}
          {step.step === 'named' ? <bdi>{(step.people ?? []).map(nameIn).join(', ')}</bdi> : terms.ladderStep[step.step]}{' '}
          <span class="muted">{by(step.channels)}</span>
        </li>
      ))}
      {plan.unseen != null && (
        <li>
          {text.unseen(afterWords(plan.unseen.after_s))} <span class="muted">{by(plan.unseen.channels)}</span>
        </li>
      )}
    </ol>
  );
}
