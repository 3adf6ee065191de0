import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Wire } from '../../../api/types';
import { calling as requests } from '../../api/calling';
import { words } from '../../i18n';
import { FormError } from '../field';
import { usePlaces } from '../places_known';
import { useSubmission } from '../submit';
import { ChannelsPart } from './channels_part';
import { PoliciesPart } from './policies_part';
import { RehearsalPart } from './rehearsal_part';
import { WeakPart } from './weak_part';
import { callingWords } from './words';

/** Whom the server calls about alarms: what is weak, who would be called, the policies, how the channels do. */
export function CallingPage() {
  const text = callingWords();
  const known = useSignal<{ policies: Wire['Policies']; findings: Wire['Findings'] } | undefined>(undefined);
  const office = useSignal('');
  const { places } = usePlaces();
  const { error, run } = useSubmission();
  const load = (): void =>
    void run(async () => {
      const [policies, findings] = await Promise.all([requests.policies(), requests.findings()]);
      known.value = { policies, findings };
    });
  useEffect(load, []);
  const shown = known.value;
  return (
    <section class="page broad" aria-labelledby="calling-title">
      <h2 id="calling-title">{text.title}</h2>
      <p>{text.lead}</p>
      <FormError text={error.value} />
      {shown === undefined || places === undefined ? (
        error.value === undefined && <p role="status">{words().loading}</p>
      ) : (
        <>
          {shown.policies.channels.length === 0 && (
            <p class="warning" role="alert">
              {text.policies.noChannels}
            </p>
          )}
          <WeakPart findings={shown.findings} look={(id) => (office.value = id)} />
          <RehearsalPart office={office} places={places} policies={shown.policies.policies} />
          <PoliciesPart known={shown.policies} places={places} onChanged={load} />
          <ChannelsPart />
        </>
      )}
    </section>
  );
}
