import { useSignal, type Signal } from '@preact/signals';
import type { ComponentChildren, RefObject } from 'preact';
import { useId } from 'preact/hooks';

interface FieldProps {
  label: string;
  value: Signal<string>;
  hint?: ComponentChildren;
  required?: boolean;
  maxLength?: number;
  autoFocus?: boolean;
  /** What is wrong with it, as the server said. */
  error?: string;
  inputRef?: RefObject<HTMLInputElement | null>;
}

/** What ties a field to its hint and to what is wrong with it. */
export function described(id: string, hint: unknown, error: string | undefined): { 'aria-describedby'?: string; 'aria-invalid'?: true } {
  const parts = [...(hint ? [`${id}-hint`] : []), ...(error === undefined ? [] : [`${id}-error`])];
  return {
    'aria-describedby': parts.length > 0 ? parts.join(' ') : undefined,
    'aria-invalid': error === undefined ? undefined : true,
  };
}

/** The hint of a field, and what is wrong with it. */
export function FieldNotes({ id, hint, error }: { id: string; hint?: ComponentChildren; error?: string }) {
  return (
    <>
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error !== undefined && (
        <p class="field-error" id={`${id}-error`} role="alert" dir="auto">
          {error}
        </p>
      )}
    </>
  );
}

/** One of several, from a list that opens. */
export function SelectField({
  label,
  value,
  options,
  none,
  hint,
  required,
  error,
  selectRef,
}: {
  label: string;
  value: Signal<string>;
  options: readonly (readonly [string, string])[];
  /** What the empty choice is called; there is none without it, unless nothing is chosen yet. */
  none?: string;
  hint?: ComponentChildren;
  required?: boolean;
  error?: string;
  selectRef?: RefObject<HTMLSelectElement | null>;
}) {
  const id = useId();
  const empty = none !== undefined || value.value === '';
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        ref={selectRef}
        value={value.value}
        required={required}
        {...described(id, hint, error)}
        onChange={(event) => (value.value = event.currentTarget.value)}
      >
        {empty && <option value="">{none ?? '—'}</option>}
        {options.map(([option, word]) => (
          <option key={option} value={option}>
            {word}
          </option>
        ))}
      </select>
      <FieldNotes id={id} hint={hint} error={error} />
    </div>
  );
}

/** One line of text with its name above it. */
export function TextField({
  label,
  value,
  hint,
  required,
  maxLength,
  inputRef,
  type = 'text',
  autoComplete = 'off',
  pattern,
  dir,
  inputMode,
  error,
}: FieldProps & { type?: 'text' | 'email' | 'password' | 'tel'; autoComplete?: string; pattern?: string; dir?: 'ltr' | 'auto'; inputMode?: 'numeric' }) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        ref={inputRef}
        // The typings keep one shape per type; all four of these take the same attributes.
        type={type as 'text'}
        value={value.value}
        required={required}
        maxLength={maxLength}
        autoComplete={autoComplete}
        pattern={pattern}
        dir={dir}
        inputMode={inputMode}
        {...described(id, hint, error)}
        onInput={(event) => (value.value = event.currentTarget.value)}
      />
      <FieldNotes id={id} hint={hint} error={error} />
    </div>
  );
}

/** A new password: a switch shows what is typed, so that it need not be typed twice. */
export function NewPasswordField({ label, showWord, ...rest }: FieldProps & { showWord: string }) {
  const shown = useSignal(false);
  return (
    <>
      <TextField {...rest} label={label} type={shown.value ? 'text' : 'password'} autoComplete="new-password" dir="ltr" required />
      <label class="option switch">
        <input type="checkbox" role="switch" checked={shown.value} onChange={(event) => (shown.value = event.currentTarget.checked)} />
        <span>{showWord}</span>
      </label>
    </>
  );
}

/** Several lines of text. Enter sends the form, Shift+Enter makes a new line. */
export function TextArea({
  label,
  value,
  hint,
  required,
  maxLength,
  areaRef,
  rows = 3,
  error,
}: Omit<FieldProps, 'inputRef'> & { rows?: number; areaRef?: RefObject<HTMLTextAreaElement | null> }) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <textarea
        id={id}
        ref={areaRef}
        rows={rows}
        value={value.value}
        required={required}
        maxLength={maxLength}
        dir="auto"
        {...described(id, hint, error)}
        onInput={(event) => (value.value = event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          event.currentTarget.form?.requestSubmit();
        }}
      />
      <FieldNotes id={id} hint={hint} error={error} />
    </div>
  );
}

/** A few options, of which one is chosen: all of them in sight, arrow keys move. */
export function Choice<Value extends string>({
  label,
  value,
  options,
  firstRef,
}: {
  label: string;
  value: Signal<Value | ''>;
  options: readonly (readonly [Value | '', string])[];
  firstRef?: RefObject<HTMLInputElement | null>;
}) {
  const name = useId();
  return (
    <fieldset class="choice">
      <legend>{label}</legend>
      {options.map(([option, word], index) => (
        <label key={option} class="option">
          <input
            type="radio"
            ref={index === 0 ? firstRef : undefined}
            name={name}
            value={option}
            checked={value.value === option}
            required
            onChange={() => (value.value = option)}
          />
          <span>{word}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** What went wrong with a form, told as soon as it is known. */
export function FormError({ text }: { text: string | undefined }) {
  return (
    <div role="alert" class="form-error" hidden={text === undefined}>
      {text}
    </div>
  );
}
