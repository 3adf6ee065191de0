import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { words } from '../i18n';
import { TextField } from './field';
import { Proof } from './proving';

/** A proof for as long as its form is on the screen. */
export function useProof(): Proof {
  return useMemo(() => new Proof(), []);
}

/** The fields of a proof: the password, and the code as soon as it is needed. The one to fill has the focus. */
export function ProofFields({
  proof,
  label,
  needsCode,
  before,
  codeAlone = false,
  passwordError,
  codeError,
}: {
  proof: Proof;
  /** What the password is called. */
  label: string;
  /** Whether the code is asked for from the start. */
  needsCode: boolean;
  /** What stands before the password, and sees to the first focus itself. */
  before?: ComponentChildren;
  /** Whether the code takes the place of the password, which is known to be right by then. */
  codeAlone?: boolean;
  passwordError?: string | undefined;
  codeError?: string | undefined;
}) {
  const { signIn } = words();
  const first = useRef<HTMLInputElement>(null);
  const code = useRef<HTMLInputElement>(null);
  const asked = needsCode || proof.codeAsked.value;
  const alone = codeAlone && asked;
  useLayoutEffect(() => {
    if (before === undefined) first.current?.focus();
  }, []);
  useLayoutEffect(() => {
    if (proof.codeAsked.value) code.current?.focus();
  }, [proof.codeAsked.value]);
  return (
    <>
      {!alone && (
        <>
          {before}
          <TextField
            label={label}
            value={proof.password}
            type="password"
            autoComplete="current-password"
            dir="ltr"
            required
            inputRef={first}
            error={passwordError}
          />
        </>
      )}
      {alone && <p role="status">{signIn.codeLead}</p>}
      {asked && (
        <TextField
          label={signIn.code}
          hint={signIn.codeHint}
          value={proof.code}
          autoComplete="one-time-code"
          dir="ltr"
          maxLength={40}
          required
          inputRef={code}
          error={codeError}
        />
      )}
    </>
  );
}
