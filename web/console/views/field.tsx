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
  inputRef?: RefObject<HTMLInputElement | null>;
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
}: FieldProps & { type?: 'text' | 'email' | 'password' | 'tel'; autoComplete?: string; pattern?: string; dir?: 'ltr' | 'auto' }) {
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
        aria-describedby={hint ? `${id}-hint` : undefined}
        onInput={(event) => (value.value = event.currentTarget.value)}
      />
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
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
        aria-describedby={hint ? `${id}-hint` : undefined}
        onInput={(event) => (value.value = event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          event.currentTarget.form?.requestSubmit();
        }}
      />
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
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
