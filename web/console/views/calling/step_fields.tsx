import { useSignal, useSignalEffect, type Signal } from '@preact/signals';
import { useId, useRef } from 'preact/hooks';
import type { Wire } from '../../../api/types';
import { words } from '../../i18n';
import type { Person } from '../../wire';
import { PersonSearch } from '../person_search';
import { toggled, WHOM, type Draft, type DraftStep } from './draft';
import { callingWords } from './words';

/** One step of a policy, to change. */
export function StepFields({
  step,
  number,
  channels,
  draft,
  last,
}: {
  step: DraftStep;
  number: number;
  channels: readonly Wire['DeliveryChannel'][];
  draft: Signal<Draft>;
  /** Whether there are no more steps than must be. */
  last: boolean;
}) {
  const { form: text } = callingWords();
  const { terms } = words();
  const id = useId();
  const put = (changed: Partial<DraftStep>): void => {
    const steps = draft.peek().steps.map((one) => (one.key === step.key ? { ...one, ...changed } : one));
    draft.value = { ...draft.peek(), steps };
  };
  const drop = (): void => void (draft.value = { ...draft.peek(), steps: draft.peek().steps.filter(({ key }) => key !== step.key) });
  return (
    <fieldset class="step" data-step={number}>
      <legend>{text.step(number)}</legend>
      <div class="field">
        <label for={`${id}-whom`}>{text.whom}</label>
        <select
          id={`${id}-whom`}
          value={step.step}
          onChange={(event) => put({ step: WHOM.find((one) => one === event.currentTarget.value) ?? 'everybody' })}
        >
          {WHOM.map((one) => (
            <option key={one} value={one}>
              {terms.ladderStep[one]}
            </option>
          ))}
        </select>
      </div>
      <div class="field">
        <label for={`${id}-after`}>{text.after}</label>
        <input id={`${id}-after`} inputMode="numeric" dir="ltr" maxLength={4} value={step.after} onInput={(event) => put({ after: event.currentTarget.value })} />
      </div>
      {step.step === 'named' && <NamedPeople step={step} put={put} />}
      <div class="ways" role="group" aria-label={text.channels}>
        {channels.map((channel) => (
          <label key={channel} class="option">
            <input type="checkbox" checked={step.channels.includes(channel)} onChange={() => put({ channels: toggled(step.channels, channel) })} />
            <span>{terms.deliveryChannel[channel]}</span>
          </label>
        ))}
      </div>
      {!last && (
        <button type="button" aria-label={text.dropStep(number)} onClick={drop}>
          {text.drop}
        </button>
      )}
    </fieldset>
  );
}

function NamedPeople({ step, put }: { step: DraftStep; put: (changed: Partial<DraftStep>) => void }) {
  const { form: text } = callingWords();
  const query = useSignal('');
  const chosen = useSignal<Person | undefined>(undefined);
  const search = useRef<HTMLInputElement>(null);
  useSignalEffect(() => {
    const { id, name } = chosen.value ?? {};
    if (id == null || name === undefined) return;
    if (!step.people.some((one) => one.id === id)) put({ people: [...step.people, { id, name }] });
    chosen.value = undefined;
    query.value = '';
  });
  return (
    <>
      <ul class="plain-list">
        {step.people.map(({ id, name }) => (
          <li key={id}>
            <bdi>{name}</bdi>{' '}
            <button type="button" aria-label={text.dropPerson(name)} onClick={() => put({ people: step.people.filter((one) => one.id !== id) })}>
              {text.drop}
            </button>
          </li>
        ))}
      </ul>
      <PersonSearch label={text.addPerson} query={query} chosen={chosen} inputRef={search} />
    </>
  );
}
