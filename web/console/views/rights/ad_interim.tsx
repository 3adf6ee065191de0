import { useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Intent } from '../../../api/client';
import { perform } from '../../api/client';
import { rights as requests } from '../../api/rights';
import { momentOf } from '../../dates';
import { words } from '../../i18n';
import { tell } from '../../notice';
import type { Grant, Person } from '../../wire';
import { DateField } from '../date_field';
import { Modal } from '../dialog';
import { FormError, TextField } from '../field';
import { PersonSearch } from '../person_search';
import { roleWords } from '../roles/words';
import { isBlamed, useSubmission } from '../submit';
import { rightsWords } from './words';

/** Somebody stands in for the holder of an appointment, until a moment. */
export function AdInterimDialog({ grant, onClose, onDone }: { grant: Grant; onClose: () => void; onDone: () => void }) {
  const { interim: text, give, who, whoHint } = rightsWords();
  const query = useSignal('');
  const person = useSignal<Person | undefined>(undefined);
  const from = useSignal('');
  const until = useSignal('');
  const letter = useSignal('');
  const missing = useSignal<string | undefined>(undefined);
  const first = useRef<HTMLInputElement>(null);
  const made = useRef<Intent | undefined>(undefined);
  const { busy, error, blamed, run } = useSubmission();
  useLayoutEffect(() => first.current?.focus(), []);
  const at = (name: string): string | undefined => (isBlamed(blamed.value, name) ? error.value : undefined);
  const submit = (event: Event): void => {
    event.preventDefault();
    const id = person.peek()?.id;
    const ends = momentOf(until.peek());
    missing.value = id == null ? text.who : ends === undefined ? text.untilNeeded : undefined;
    if (id == null || ends === undefined) return;
    const typed = letter.peek().trim();
    const body = { person: id, from: momentOf(from.peek()), until: ends, letter: typed === '' ? undefined : typed };
    if (JSON.stringify(made.current?.body) !== JSON.stringify(body)) made.current = requests.adInterim(grant.id, body);
    const wanted = made.current;
    if (!wanted) return;
    void run(async () => {
      await perform(wanted);
      tell('good', () => rightsWords().interim.done);
      onDone();
    });
  };
  const placed = ['from', 'until', 'letter'].some((name) => isBlamed(blamed.value, name));
  return (
    <Modal title={text.title(roleWords().role[grant.role], grant.name ?? '')} onClose={onClose}>
      <form onSubmit={submit}>
        <p>{text.lead}</p>
        <PersonSearch label={who} hint={whoHint} query={query} chosen={person} inputRef={first} />
        <DateField label={give.from} value={from} said={give} error={at('from')} />
        <DateField label={words().areas.until} value={until} said={give} error={at('until')} required />
        <TextField label={give.letter} hint={give.letterHint} value={letter} maxLength={120} dir="auto" error={at('letter')} />
        <FormError text={missing.value ?? (placed ? undefined : error.value)} />
        <div class="buttons">
          <button class="primary" disabled={busy.value}>
            {busy.value ? words().sending : text.submit}
          </button>
          <button type="button" onClick={onClose}>
            {words().cancel}
          </button>
        </div>
      </form>
    </Modal>
  );
}
