import { useSignal, type Signal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { Intent } from '../../../api/client';
import type { Wire } from '../../../api/types';
import { perform } from '../../api/client';
import { calling as requests } from '../../api/calling';
import { words } from '../../i18n';
import { tell } from '../../notice';
import { Modal } from '../dialog';
import { FormError } from '../field';
import { useSubmission } from '../submit';
import { bodyOf, draftOf, newKey, toggled, type Draft } from './draft';
import { StepFields } from './step_fields';
import { callingWords } from './words';

type Channel = Wire['DeliveryChannel'];

/** Every channel that a policy can name, set up or not. */
const CHANNELS: readonly Channel[] = ['sms', 'voice', 'webpush', 'fcm'];

/** Says whom the server calls about the alarms of one area. */
export function PolicyForm({
  area,
  name,
  revision,
  from,
  people,
  channels,
  onClose,
  onDone,
}: {
  area: string;
  name: string;
  revision: number;
  from: Pick<Wire['Policy'], 'steps' | 'unseen'>;
  people: Wire['Policy']['people'];
  /** By what the server can call. */
  channels: readonly Channel[];
  onClose: () => void;
  onDone: () => void;
}) {
  const { form: text } = callingWords();
  const draft = useSignal<Draft>(draftOf(from, people, channels));
  const made = useRef<Intent | undefined>(undefined);
  const { busy, error, run } = useSubmission();
  const submit = (event: Event): void => {
    event.preventDefault();
    const next = requests.put(area, bodyOf(draft.peek(), revision));
    // The same content is the same act, also after a failure.
    if (JSON.stringify(made.current?.body) !== JSON.stringify(next.body)) made.current = next;
    void run(async () => {
      await perform(made.current ?? next);
      tell('good', () => callingWords().form.saved);
      onDone();
    });
  };
  const { steps } = draft.value;
  return (
    <Modal title={text.title(name)} onClose={onClose}>
      <form onSubmit={submit} class="policy-form">
        <p>{text.rules}</p>
        {steps.map((step, index) => (
          <StepFields key={step.key} step={step} number={index + 1} channels={CHANNELS} draft={draft} last={steps.length <= 2} />
        ))}
        <button type="button" disabled={steps.length >= 10} onClick={() => addStep(draft)}>
          {text.addStep}
        </button>
        <UnseenFields draft={draft} />
        <FormError text={error.value} />
        <div class="buttons">
          <button class="primary" disabled={busy.value}>
            {busy.value ? words().sending : text.save}
          </button>
          <button type="button" onClick={onClose}>
            {words().cancel}
          </button>
        </div>
      </form>
    </Modal>
  );
}

/** A new step stands before the last one, which calls everybody. */
function addStep(draft: Signal<Draft>): void {
  const { steps } = draft.peek();
  const last = steps[steps.length - 1];
  const fresh = { key: newKey(), step: 'named', people: [], after: last?.after ?? '60', channels: ['sms'] } as const;
  draft.value = { ...draft.peek(), steps: [...steps.slice(0, -1), fresh, ...steps.slice(-1)] };
}

function UnseenFields({ draft }: { draft: Signal<Draft> }) {
  const { form: text } = callingWords();
  const { terms } = words();
  const { unseen } = draft.value;
  const put = (changed: Partial<Draft['unseen']>): void => void (draft.value = { ...draft.peek(), unseen: { ...unseen, ...changed } });
  return (
    <fieldset class="step">
      <label class="option">
        <input type="checkbox" checked={unseen.on} onChange={(event) => put({ on: event.currentTarget.checked })} />
        <span>{text.unseen}</span>
      </label>
      {unseen.on && (
        <>
          <label>
            <input inputMode="numeric" dir="ltr" maxLength={3} value={unseen.after} onInput={(event) => put({ after: event.currentTarget.value })} />{' '}
            {text.seconds}
          </label>
          <div class="ways">
            {CHANNELS.map((channel) => (
              <label key={channel} class="option">
                <input
                  type="checkbox"
                  checked={unseen.channels.includes(channel)}
                  onChange={() => put({ channels: toggled(unseen.channels, channel) })}
                />
                <span>{terms.deliveryChannel[channel]}</span>
              </label>
            ))}
          </div>
        </>
      )}
    </fieldset>
  );
}
