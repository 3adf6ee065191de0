import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import type { Intent } from '../../../api/client';
import { perform } from '../../api/client';
import { words } from '../../i18n';
import { session } from '../../session';
import { Modal } from '../dialog';
import { EntryForm, type EntryField, type EntryValues } from '../entry_form';
import { FormError } from '../field';
import { useSubmission } from '../submit';
import { placesWords } from './words';

/** Whether the person may enter and change places. */
export function mayEdit(): boolean {
  return session.value?.permissions.includes('edit_places') === true;
}

/** How a place is changed. */
export interface ChangeForm {
  fields: readonly EntryField[];
  intent: (values: EntryValues) => Intent;
  check?: (values: EntryValues) => { name: string; text: string } | undefined;
}

/** What may be done to a place in a list: changed, or removed after a question. */
export function PlaceActs({ name, change, end, onDone }: { name: string; change?: ChangeForm; end?: () => Intent; onDone: () => Promise<void> }) {
  const text = placesWords();
  const open = useSignal<'change' | 'end' | undefined>(undefined);
  if (!mayEdit()) return null;
  const close = (): void => void (open.value = undefined);
  return (
    <span class="row-acts">
      {change && (
        <button type="button" aria-label={text.changeOf(name)} onClick={() => (open.value = 'change')}>
          {text.change}
        </button>
      )}
      {end && (
        <button type="button" aria-label={text.endOf(name)} onClick={() => (open.value = 'end')}>
          {text.end}
        </button>
      )}
      {change && open.value === 'change' && (
        <Modal title={text.changeOf(name)} onClose={close}>
          <EntryForm
            title={name}
            submitWord={text.save}
            {...change}
            send={async (intent) => {
              await perform(intent);
              close();
              await onDone();
            }}
            onCancel={close}
          />
        </Modal>
      )}
      {end && open.value === 'end' && <EndDialog name={name} end={end} onClose={close} onDone={onDone} />}
    </span>
  );
}

function EndDialog({ name, end, onClose, onDone }: { name: string; end: () => Intent; onClose: () => void; onDone: () => Promise<void> }) {
  const text = placesWords();
  const { busy, error, run } = useSubmission();
  const press = (): void => {
    void run(async () => {
      await perform(end());
      onClose();
      await onDone();
    });
  };
  return (
    <Modal title={text.endOf(name)} onClose={onClose} tone="danger">
      <p>{text.endLead}</p>
      <FormError text={error.value} />
      <div class="buttons">
        <button type="button" onClick={onClose}>
          {words().cancel}
        </button>
        <button type="button" class="danger" disabled={busy.value} onClick={press}>
          {text.end}
        </button>
      </div>
    </Modal>
  );
}

/** A list of places with its name, columns and rows. */
export function PlaceTable({ id, title, columns, empty, children }: { id: string; title: string; columns: readonly string[]; empty: boolean; children: ComponentChildren }) {
  return (
    <section class="stack wide-stack" aria-labelledby={id}>
      <h3 id={id}>{title}</h3>
      {empty ? (
        <p>{placesWords().none}</p>
      ) : (
        <div class="table-scroll panel" tabIndex={0} role="group" aria-labelledby={id}>
          <table>
            <thead>
              <tr>
                {columns.map((column) => (
                  <th scope="col" key={column}>
                    {column}
                  </th>
                ))}
                {mayEdit() && <td />}
              </tr>
            </thead>
            <tbody>{children}</tbody>
          </table>
        </div>
      )}
    </section>
  );
}

/** A form that adds a place. */
export function AddForm({ title, lead, onDone, ...form }: ChangeForm & { title: string; lead?: string; onDone: () => Promise<void> }) {
  if (!mayEdit()) return null;
  return (
    <EntryForm
      title={title}
      lead={lead}
      submitWord={placesWords().add}
      {...form}
      send={async (intent) => {
        await perform(intent);
        await onDone();
      }}
    />
  );
}
