import { useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Intent } from '../../api/client';
import { perform } from '../actions';
import { api } from '../api';
import { bodyOf, type NewCaseForm } from '../cases/new_case';
import { words } from '../i18n';
import { tell } from '../notice';
import { goToCase } from '../router';
import { dialog, focusDetail } from '../screen';
import type { CanTalk, IntakeChannel, Person } from '../wire';
import { Modal } from './dialog';
import { Choice, FormError, TextField } from './field';
import { PersonSearch } from './person_search';
import { useSubmission } from './submit';

/** Opens a case for somebody, from a call, radio or messenger: by keyboard in ten seconds. */
export function NewCaseDialog() {
  const { newCase, terms, sending, cancel } = words();
  const query = useSignal('');
  const person = useSignal<Person | undefined>(undefined);
  const channel = useSignal<IntakeChannel | ''>('call');
  const number = useSignal('');
  const place = useSignal('');
  const canTalk = useSignal<CanTalk | ''>('unknown');
  const note = useSignal('');
  const first = useRef<HTMLInputElement>(null);
  const made = useRef<Intent | undefined>(undefined);
  const { busy, error, run } = useSubmission();
  useLayoutEffect(() => first.current?.focus(), []);
  const close = (): void => void (dialog.value = undefined);
  const submit = (event: Event): void => {
    event.preventDefault();
    const form: NewCaseForm = {
      person: person.value,
      who: query.value,
      channel: channel.value || 'call',
      number: number.value,
      place: place.value,
      canTalk: canTalk.value || 'unknown',
      note: note.value,
    };
    const next = api.openCase(bodyOf(form, newCase.unknownCaller));
    if (JSON.stringify(made.current?.body) !== JSON.stringify(next.body)) made.current = next;
    void run(async () => {
      const opened = await perform(made.current ?? next);
      tell('good', () => words().newCase.opened);
      close();
      goToCase(opened.id);
      focusDetail();
    });
  };
  return (
    <Modal title={newCase.title} onClose={close}>
      <form onSubmit={submit}>
        <PersonSearch label={newCase.who} hint={newCase.whoHint} query={query} chosen={person} inputRef={first} />
        <p class="picked" role="status">
          {person.value
            ? `${newCase.inRegister}: ${[person.value.name, person.value.organisation, person.value.duty_station].filter((part) => part != null).join(' · ')}`
            : newCase.notInRegister(query.value.trim() || newCase.unknownCaller)}
        </p>
        <Choice
          label={newCase.channel}
          value={channel}
          options={(['call', 'radio', 'sms', 'messenger', 'in_person'] as const).map((one) => [one, terms.contactChannel[one]])}
        />
        {!person.value && <TextField label={newCase.number} value={number} type="tel" dir="ltr" maxLength={40} />}
        <TextField label={newCase.place} value={place} maxLength={200} dir="auto" />
        <Choice
          label={newCase.hiding}
          value={canTalk}
          options={(['unknown', 'yes', 'no'] as const).map((one) => [one, terms.canTalk[one]])}
        />
        <TextField label={newCase.note} value={note} maxLength={1_000} dir="auto" />
        <FormError text={error.value} />
        <div class="buttons">
          <button class="primary" disabled={busy.value}>
            {busy.value ? sending : newCase.submit} <kbd>Enter</kbd>
          </button>
          <button type="button" onClick={close}>
            {cancel} <kbd>Esc</kbd>
          </button>
        </div>
      </form>
    </Modal>
  );
}
