import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { Intent } from '../../../api/client';
import { perform } from '../../api/client';
import { rights as requests } from '../../api/rights';
import { words } from '../../i18n';
import { tell } from '../../notice';
import type { Places } from '../../wire';
import { EntryForm } from '../entry_form';
import { FormError, SelectField, TextArea, TextField } from '../field';
import { usePlaces } from '../places_known';
import { isBlamed, useSubmission } from '../submit';
import { rightsWords } from './words';

/** An office was seized: ends everything of it, after its name was typed; and takes that back. */
export function Seizure() {
  const { places } = usePlaces();
  if (!places) return <p role="status">{words().loading}</p>;
  return (
    <>
      <SeizeForm places={places} />
      <RestoreForm places={places} />
    </>
  );
}

/** Whether what was typed is the office's name: case and space at the ends do not count. */
export function isNameOf(typed: string, name: string): boolean {
  const plain = (text: string): string => text.normalize('NFC').trim().toLocaleLowerCase();
  return name !== '' && plain(typed) === plain(name);
}

function SeizeForm({ places }: { places: Places }) {
  const { seizure: text, tab } = rightsWords();
  const office = useSignal('');
  const reason = useSignal('');
  const typed = useSignal('');
  const made = useRef<Intent | undefined>(undefined);
  const mismatch = useSignal(false);
  const { busy, error, blamed, run } = useSubmission();
  const name = places.offices.find(({ id }) => id === office.value)?.name ?? '';
  const submit = (event: Event): void => {
    event.preventDefault();
    mismatch.value = !isNameOf(typed.peek(), name);
    if (mismatch.value) return;
    const next = requests.seize(office.peek(), reason.peek().trim());
    const same = made.current?.path === next.path && JSON.stringify(made.current.body) === JSON.stringify(next.body);
    if (!same) made.current = next;
    void run(async () => {
      await perform(made.current ?? next);
      made.current = undefined;
      for (const field of [office, reason, typed]) field.value = '';
      tell('good', () => rightsWords().seizure.done);
    });
  };
  const reasonBlamed = isBlamed(blamed.value, 'reason');
  return (
    <form class="case-form danger-zone" aria-labelledby="seize-title" onSubmit={submit}>
      <h3 id="seize-title">{tab.seizure}</h3>
      <p>{text.lead}</p>
      <ul class="effects">
        {text.effects.map((effect) => (
          <li key={effect}>{effect}</li>
        ))}
      </ul>
      <SelectField label={text.office} value={office} required options={places.offices.map(({ id, name }) => [id, name])} />
      <TextArea
        label={text.reason}
        hint={text.reasonHint}
        value={reason}
        required
        maxLength={500}
        error={reasonBlamed ? error.value : undefined}
      />
      {name !== '' && (
        <TextField label={text.confirm(name)} value={typed} required dir="auto" error={mismatch.value ? text.mismatch : undefined} />
      )}
      <FormError text={reasonBlamed ? undefined : error.value} />
      <div class="buttons">
        <button class="danger" disabled={busy.value || name === ''}>
          {busy.value ? words().sending : text.submit}
        </button>
      </div>
    </form>
  );
}

function RestoreForm({ places }: { places: Places }) {
  const { seizure: text } = rightsWords();
  return (
    <EntryForm
      title={text.restore}
      lead={text.restoreLead}
      submitWord={text.restore}
      fields={[
        { name: 'office', label: text.office, required: true, options: places.offices.map(({ id, name }) => [id, name]) },
        { name: 'reason', label: text.reason, hint: text.reasonHint, required: true, maxLength: 500, lines: 2 },
      ]}
      intent={({ office = '', reason = '' }) => requests.restore(office, reason)}
      send={(intent) => perform(intent)}
      done={() => rightsWords().seizure.restored}
    />
  );
}
