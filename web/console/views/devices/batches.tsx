import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Wire } from '../../../api/types';
import { Ltr } from '../../../ui/ltr';
import { perform } from '../../api/client';
import { devices as requests } from '../../api/devices';
import { utcDate } from '../../dates';
import { num, words } from '../../i18n';
import { Modal } from '../dialog';
import { EntryForm } from '../entry_form';
import { FormError } from '../field';
import { useSubmission } from '../submit';
import { invitations } from './invitations';
import { devicesWords } from './words';

type Batch = Wire['EnrolmentBatch'];

/** The batches so far, each of which can be made void. */
export function Batches() {
  const { batches: text } = devicesWords();
  const batches = useSignal<readonly Batch[] | undefined>(undefined);
  const ending = useSignal<Batch | undefined>(undefined);
  const { error, run } = useSubmission();
  const load = (): void => void run(async () => void (batches.value = await requests.batches()));
  useEffect(load, [invitations.value?.id]);
  const close = (): void => void (ending.value = undefined);
  return (
    <section class="stack wide-stack no-print" aria-labelledby="batches-title">
      <h3 id="batches-title">{text.title}</h3>
      <FormError text={error.value} />
      {batches.value === undefined ? (
        error.value === undefined && <p role="status">{words().loading}</p>
      ) : batches.value.length === 0 ? (
        <p>{text.none}</p>
      ) : (
        <BatchTable batches={batches.value} onEnd={(batch) => (ending.value = batch)} />
      )}
      {ending.value && (
        <Modal title={text.endTitle} onClose={close} tone="danger">
          <VoidForm
            id={ending.value.id}
            onClose={close}
            onDone={() => {
              close();
              load();
            }}
          />
        </Modal>
      )}
    </section>
  );
}

function VoidForm({ id, onClose, onDone }: { id: string; onClose: () => void; onDone: () => void }) {
  const { batches: text } = devicesWords();
  return (
    <EntryForm
      title={text.endTitle}
      lead={text.endLead}
      danger
      submitWord={text.end}
      fields={[{ name: 'reason', label: text.reason, required: true, maxLength: 300, lines: 2 }]}
      intent={({ reason = '' }) => requests.voidBatch(id, reason)}
      send={async (intent) => {
        await perform(intent);
        onDone();
      }}
      done={() => devicesWords().batches.ended}
      onCancel={onClose}
    />
  );
}

function BatchTable({ batches, onEnd }: { batches: readonly Batch[]; onEnd: (batch: Batch) => void }) {
  const { batches: text } = devicesWords();
  return (
    <div class="table-scroll panel" tabIndex={0} role="group" aria-labelledby="batches-title">
      <table>
        <thead>
          <tr>
            <th scope="col">{text.made}</th>
            <th scope="col">{text.people}</th>
            <th scope="col">{text.used}</th>
            <th scope="col">{text.open}</th>
            <th scope="col">{text.until}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {batches.map((batch) => (
            <tr key={batch.id}>
              <th scope="row" class="num">
                <Ltr>{utcDate(batch.created_at)}</Ltr>
              </th>
              <td class="num">{num(batch.people)}</td>
              <td class="num">{num(batch.used)}</td>
              <td class="num">{num(batch.open)}</td>
              <td class="num">
                <Ltr>{utcDate(batch.expires)}</Ltr>
              </td>
              <td>
                {!batch.finished && <strong>{text.unfinished}</strong>}
                {batch.voided_at != null && (
                  <span class="muted num">
                    {text.voided} <Ltr>{utcDate(batch.voided_at)}</Ltr>
                  </span>
                )}
                {batch.unbacked > 0 && <span>{text.unbacked(batch.unbacked)}</span>}
                {batch.open + batch.unbacked > 0 && (
                  <button type="button" onClick={() => onEnd(batch)}>
                    {text.end}
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
