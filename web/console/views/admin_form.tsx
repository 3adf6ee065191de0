import { useId, useRef } from 'preact/hooks';
import type { Intent } from '../../api/client';
import { words } from '../i18n';
import { tell } from '../notice';
import { FormError } from './field';
import { resetKeeping } from './resetting';
import { useSubmission } from './submit';

/** A field of a set-up form: a line of text, or a choice when it has options. */
export interface AdminField {
  name: string;
  label: string;
  hint?: string;
  required?: boolean;
  maxLength?: number;
  /** Numbers, codes and addresses read left to right. */
  ltr?: boolean;
  options?: readonly (readonly [string, string])[];
  /** Stays as it was chosen after each save: what is entered one after the other has it in common. */
  keep?: boolean;
}

/** A short form of lines and choices. What it sends is one intent for as long as the content stays the same. */
export function AdminForm({
  title,
  fields,
  submitWord,
  intent,
  send,
}: {
  title: string;
  fields: readonly AdminField[];
  submitWord: string;
  /** The request for what was filled in; empty fields are missing. */
  intent: (values: Partial<Record<string, string>>) => Intent;
  send: (intent: Intent) => Promise<unknown>;
}) {
  const heading = useId();
  const made = useRef<Intent | undefined>(undefined);
  const { busy, error, run } = useSubmission();
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const next = intent(valuesOf(form));
    if (JSON.stringify(made.current) !== JSON.stringify({ ...next, key: made.current?.key })) made.current = next;
    void run(async () => {
      await send(made.current ?? next);
      made.current = undefined;
      resetKeeping(form, fields);
      tell('good', () => words().act.saved);
    });
  };
  return (
    <form class="case-form" aria-labelledby={heading} onSubmit={submit}>
      <h3 id={heading}>{title}</h3>
      <div class="admin-fields">
        {fields.map((field) => (
          <AdminFieldView key={field.name} field={field} />
        ))}
      </div>
      <FormError text={error.value} />
      <div class="buttons">
        <button class="primary" disabled={busy.value}>
          {busy.value ? words().sending : submitWord}
        </button>
      </div>
    </form>
  );
}

function valuesOf(form: HTMLFormElement): Partial<Record<string, string>> {
  const filled = [...new FormData(form)].flatMap(([name, value]) => {
    const text = typeof value === 'string' ? value.trim() : '';
    return text === '' ? [] : [[name, text] as const];
  });
  return Object.fromEntries(filled);
}

function AdminFieldView({ field }: { field: AdminField }) {
  const { name, label, hint, required, maxLength, ltr, options } = field;
  const id = useId();
  const common = { id, name, required, 'aria-describedby': hint === undefined ? undefined : `${id}-hint` };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {options ? (
        <select {...common}>
          {!required && <option value="">{words().admin.none}</option>}
          {options.map(([value, word]) => (
            <option key={value} value={value}>
              {word}
            </option>
          ))}
        </select>
      ) : (
        <input {...common} maxLength={maxLength} autoComplete="off" dir={ltr ? 'ltr' : 'auto'} />
      )}
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
