import { useSignal, useSignalEffect } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { ApiError, type Intent } from '../../api/client';
import { perform } from '../actions';
import { api } from '../api';
import { words } from '../i18n';
import { tell } from '../notice';
import { caseForm, focusDetail } from '../screen';
import type { CanTalk, CaseSummary, ContactChannel, ContactResult, Danger, Facts, Injury, Outcome } from '../wire';
import { Choice, FormError, TextArea, TextField } from './field';
import { useSubmission } from './submit';

/** Closes the form and puts the focus back on the case. */
export function closeForm(): void {
  caseForm.value = undefined;
  focusDetail();
}

/** The entries of a dictionary as the options of a choice. */
export function optionsOf<Value extends string>(dictionary: Record<Value, string>): [Value, string][] {
  return Object.entries(dictionary) as [Value, string][];
}

/**
 * A form of the open case. One intent lives as long as its content stays the same: sending it again after a failure is
 * the same act, sending other content is another one.
 */
export function CaseForm({
  title,
  lead,
  intent,
  children,
  submitWord,
  onDone,
  onRefused,
}: {
  title: string;
  lead?: string;
  intent: () => Intent;
  children: ComponentChildren;
  submitWord?: string;
  onDone?: () => void;
  onRefused?: (error: ApiError) => void;
}) {
  const text = words();
  const form = useRef<HTMLFormElement>(null);
  const made = useRef<Intent | undefined>(undefined);
  const { busy, error, run } = useSubmission();
  // Before the next key: a letter typed right after the one that opened the form belongs into it.
  useLayoutEffect(() => form.current?.querySelector<HTMLElement>('textarea, input')?.focus(), []);
  const submit = (event: Event): void => {
    event.preventDefault();
    const next = intent();
    const same = made.current && JSON.stringify(made.current.body) === JSON.stringify(next.body);
    if (!same) made.current = next;
    void run(async () => {
      try {
        await perform(made.current ?? next);
        tell('good', () => words().act.saved);
        onDone?.();
        closeForm();
      } catch (failure) {
        if (failure instanceof ApiError) onRefused?.(failure);
        throw failure;
      }
    });
  };
  return (
    <form ref={form} class="case-form" aria-label={title} onSubmit={submit}>
      <h3>{title}</h3>
      {lead !== undefined && <p>{lead}</p>}
      {children}
      <FormError text={error.value} />
      <div class="buttons">
        <button class="primary" disabled={busy.value}>
          {busy.value ? text.sending : (submitWord ?? text.form.save)} <kbd>Enter</kbd>
        </button>
        <button type="button" onClick={closeForm}>
          {text.cancel} <kbd>Esc</kbd>
        </button>
      </div>
    </form>
  );
}

/** Notes begun and not yet saved, by case: an alarm that interrupts costs no words. */
const drafts = new Map<string, string>();

/** A note that everybody on the case reads. */
export function NoteForm({ one }: { one: CaseSummary }) {
  const { form, act } = words();
  const text = useSignal(drafts.get(one.id) ?? '');
  useSignalEffect(() => void drafts.set(one.id, text.value));
  return (
    <CaseForm
      title={act.note}
      intent={() => api.act(one.id, 'notes', { text: text.value.trim() })}
      onDone={() => (text.value = '')}
    >
      <TextArea label={form.note} value={text} hint={form.noteHint} required maxLength={4_000} />
    </CaseForm>
  );
}

/** Contact that was tried, with what came of it. */
export function ContactForm({ one }: { one: CaseSummary }) {
  const { form, act, terms } = words();
  const channel = useSignal<ContactChannel | ''>('call');
  const result = useSignal<ContactResult | ''>('');
  const note = useSignal('');
  const intent = (): Intent =>
    api.act(one.id, 'contacts', {
      channel: channel.value || 'call',
      result: result.value || 'no_answer',
      ...(note.value.trim() === '' ? {} : { note: note.value.trim() }),
    });
  return (
    <CaseForm title={act.contact} intent={intent}>
      <Choice label={form.channel} value={channel} options={optionsOf(terms.contactChannel)} />
      <Choice label={form.result} value={result} options={optionsOf(terms.contactResult)} />
      <TextField label={form.words} value={note} maxLength={1_000} dir="auto" />
    </CaseForm>
  );
}

/** Who is on the way. */
export function ResponderForm({ one }: { one: CaseSummary }) {
  const { form, act } = words();
  const responder = useSignal('');
  return (
    <CaseForm title={act.responder} intent={() => api.act(one.id, 'responder', { responder: responder.value.trim() })}>
      <TextField label={form.responder} value={responder} hint={form.responderHint} required maxLength={200} dir="auto" />
    </CaseForm>
  );
}

/** Facts that an operator learned. Only what is said now is sent. */
export function FactsForm({ one }: { one: CaseSummary }) {
  const { form, act, detail, terms } = words();
  const danger = useSignal<Danger | ''>('');
  const injury = useSignal<Injury | ''>('');
  const canTalk = useSignal<CanTalk | ''>('');
  const people = useSignal('');
  const place = useSignal('');
  const note = useSignal('');
  const unchanged = ['', form.notSaid] as const;
  const intent = (): Intent => {
    const facts: Facts = {};
    if (canTalk.value !== '') facts.can_talk = canTalk.value;
    if (danger.value !== '') facts.danger = danger.value;
    if (injury.value !== '') facts.injury = injury.value;
    if (people.value.trim() !== '') facts.people = Number(people.value);
    if (place.value.trim() !== '') facts.place = place.value.trim();
    if (note.value.trim() !== '') facts.note = note.value.trim();
    return api.act(one.id, 'facts', { facts });
  };
  return (
    <CaseForm title={act.facts} intent={intent}>
      <Choice label={detail.canTalk} value={canTalk} options={[unchanged, ...optionsOf(terms.canTalk)]} />
      <Choice label={detail.danger} value={danger} options={[unchanged, ...optionsOf(terms.danger)]} />
      <Choice label={detail.injury} value={injury} options={[unchanged, ...optionsOf(terms.injury)]} />
      <TextField label={detail.people} value={people} pattern="[1-9][0-9]{0,2}" hint={form.peopleHint} maxLength={3} dir="ltr" />
      <TextField label={detail.place} value={place} maxLength={200} dir="auto" />
      <TextField label={detail.note} value={note} maxLength={1_000} dir="auto" />
    </CaseForm>
  );
}

/** How the case ends, with the reason. A tap that came after the form was opened is read before it closes anything. */
export function CloseForm({ one }: { one: CaseSummary }) {
  const { form, act, terms } = words();
  const outcome = useSignal<Outcome | ''>('');
  const note = useSignal('');
  const seen = useSignal({ revision: one.revision, tap: one.last_tap });
  const tapped = one.last_tap !== seen.value.tap;
  const intent = (): Intent => {
    // Sent after the warning below was on the screen: the person has seen the case as it is now.
    const revision = tapped ? one.revision : seen.value.revision;
    return api.act(one.id, 'close', { outcome: outcome.value || 'resolved', note: note.value.trim(), revision });
  };
  const onRefused = ({ code }: ApiError): void => {
    if (code === 'case_changed') seen.value = { revision: one.revision, tap: one.last_tap };
  };
  return (
    <CaseForm title={act.closeCase} lead={form.closeLead} intent={intent} submitWord={act.closeCase} onRefused={onRefused}>
      {tapped && (
        <p class="warning" role="alert">
          {form.newTap}
        </p>
      )}
      <Choice label={form.outcome} value={outcome} options={optionsOf(terms.outcome)} />
      <TextArea label={form.why} value={note} hint={form.whyHint} required maxLength={4_000} />
    </CaseForm>
  );
}
