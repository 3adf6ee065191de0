import { useSignal } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';
import type { Intent } from '../../api/client';
import { words } from '../i18n';
import { tell } from '../notice';
import { described, FieldNotes, FormError } from './field';
import { resetKeeping } from './resetting';
import { isBlamed, useSubmission } from './submit';

/** A field of an entry form: a line of text, several lines, or a choice when it has options. */
export interface EntryField {
  name: string;
  label: string;
  hint?: string;
  required?: boolean;
  maxLength?: number;
  /** Numbers, codes and addresses read left to right. */
  ltr?: boolean;
  options?: readonly (readonly [string, string])[];
  /** How many lines of text; one when absent. */
  lines?: number;
  /** What stands in it at first. */
  value?: string;
  /** Stays as it was chosen after each save: what is entered one after the other has it in common. */
  keep?: boolean;
  /** What the server calls it in an error, when it is not its name. */
  pointer?: string;
}

/** What was filled in; empty fields are missing. */
export type EntryValues = Partial<Record<string, string>>;

/**
 * A short form of lines and choices. What it sends is one intent for as long as the content stays the same. What the
 * server refuses is told at the field it blames.
 */
export function EntryForm({
  title,
  lead,
  fields,
  submitWord,
  intent,
  check,
  send,
  danger = false,
  done,
  onCancel,
}: {
  title: string;
  lead?: string | undefined;
  fields: readonly EntryField[];
  submitWord: string;
  intent: (values: EntryValues) => Intent;
  /** What is wrong before the server is asked, at which field. */
  check?: (values: EntryValues) => { name: string; text: string } | undefined;
  send: (intent: Intent) => Promise<unknown>;
  /** What it does cannot be taken back. */
  danger?: boolean;
  /** What is said once it is done; that it is saved when absent. */
  done?: () => string;
  onCancel?: (() => void) | undefined;
}) {
  const heading = useId();
  const form = useRef<HTMLFormElement>(null);
  const made = useRef<Intent | undefined>(undefined);
  const { busy, error, blamed, run } = useSubmission();
  const checked = useSignal<{ name: string; text: string } | undefined>(undefined);
  const faulty = fields.find(({ name, pointer }) => name === checked.value?.name || isBlamed(blamed.value, pointer ?? name));
  const fault = checked.value?.text ?? error.value;
  useEffect(() => {
    if (faulty) form.current?.querySelector<HTMLElement>(`[name="${faulty.name}"]`)?.focus();
  }, [faulty?.name, fault]);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const here = event.currentTarget as HTMLFormElement;
    const values = valuesOf(here);
    checked.value = check?.(values);
    if (checked.value) return;
    const next = intent(values);
    if (JSON.stringify(made.current) !== JSON.stringify({ ...next, key: made.current?.key })) made.current = next;
    void run(async () => {
      await send(made.current ?? next);
      made.current = undefined;
      resetKeeping(here, fields);
      tell('good', () => done?.() ?? words().act.saved);
    });
  };
  return (
    <form ref={form} class={`case-form ${danger ? 'danger-zone' : ''}`} aria-labelledby={heading} onSubmit={submit}>
      <h3 id={heading}>{title}</h3>
      {lead !== undefined && <p>{lead}</p>}
      <div class="entry-fields">
        {fields.map((field) => (
          <EntryFieldView key={field.name} field={field} error={field === faulty ? fault : undefined} />
        ))}
      </div>
      <FormError text={faulty ? undefined : error.value} />
      <div class="buttons">
        <button class={danger ? 'danger' : 'primary'} disabled={busy.value}>
          {busy.value ? words().sending : submitWord}
        </button>
        {onCancel && (
          <button type="button" onClick={onCancel}>
            {words().cancel}
          </button>
        )}
      </div>
    </form>
  );
}

function valuesOf(form: HTMLFormElement): EntryValues {
  const filled = [...new FormData(form)].flatMap(([name, value]) => {
    const text = typeof value === 'string' ? value.trim() : '';
    return text === '' ? [] : [[name, text] as const];
  });
  return Object.fromEntries(filled);
}

function EntryFieldView({ field, error }: { field: EntryField; error: string | undefined }) {
  const { name, label, hint, required, maxLength, ltr, options, lines, value } = field;
  const id = useId();
  // What is required is chosen by the person: the first of many is chosen by nobody.
  const mustChoose = value === undefined && (options?.length ?? 0) > 1;
  const common = { id, name, required, ...described(id, hint, error) };
  const text = { maxLength, autoComplete: 'off', dir: ltr ? 'ltr' : 'auto' } as const;
  return (
    <div class={lines === undefined ? 'field' : 'field field-wide'}>
      <label for={id}>{label}</label>
      {options ? (
        <select {...common} defaultValue={value}>
          {!required ? <option value="">{words().areas.none}</option> : mustChoose && <option value="">—</option>}
          {options.map(([option, word]) => (
            <option key={option} value={option} selected={option === value}>
              {word}
            </option>
          ))}
        </select>
      ) : lines === undefined ? (
        <input {...common} {...text} defaultValue={value} />
      ) : (
        <textarea {...common} {...text} rows={lines} defaultValue={value} />
      )}
      <FieldNotes id={id} hint={hint} error={error} />
    </div>
  );
}
