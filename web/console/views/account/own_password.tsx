import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { ApiError } from '../../../api/client';
import { api } from '../../api';
import { words } from '../../i18n';
import { tell } from '../../notice';
import { session } from '../../session';
import { FormError, NewPasswordField, TextField } from '../field';
import { isLongEnough, PasswordRule } from '../password_rule';
import { isBlamed, useSubmission } from '../submit';
import { accountWords } from './words';

/** The password of whoever is signed in, and the way to another one. */
export function OwnPassword({ onChanged }: { onChanged: () => void }) {
  const { password: text } = accountWords();
  const changing = useSignal(false);
  const opener = useRef<HTMLButtonElement>(null);
  const closed = useRef(false);
  // Whoever is done goes on where they began.
  useEffect(() => {
    if (closed.current && !changing.value) opener.current?.focus();
    closed.current = changing.value;
  }, [changing.value]);
  const close = (): void => void (changing.value = false);
  const done = (): void => {
    close();
    onChanged();
  };
  return (
    <section class="panel" aria-labelledby="password-title">
      <h3 id="password-title">{text.title}</h3>
      <p>{text.lead}</p>
      {changing.value ? (
        <ChangeForm onDone={done} onCancel={close} />
      ) : (
        <div class="buttons">
          <button type="button" ref={opener} onClick={() => (changing.value = true)}>
            {text.start}
          </button>
        </div>
      )}
    </section>
  );
}

function ChangeForm({ onDone, onCancel }: { onDone: () => void; onCancel: () => void }) {
  const { password: text } = accountWords();
  const { signIn } = words();
  const present = useSignal('');
  const code = useSignal('');
  const password = useSignal('');
  const wrong = useSignal(false);
  const codeAsked = useSignal(false);
  const first = useRef<HTMLInputElement>(null);
  const codeField = useRef<HTMLInputElement>(null);
  const { busy, error, blamed, run } = useSubmission();
  const needsCode = session.value?.second_factor === true || codeAsked.value;
  useLayoutEffect(() => first.current?.focus(), []);
  useLayoutEffect(() => {
    if (codeAsked.value) codeField.current?.focus();
  }, [codeAsked.value]);
  const submit = (event: Event): void => {
    event.preventDefault();
    void run(async () => {
      const typed = code.peek().trim();
      wrong.value = false;
      const body = { present: present.peek(), code: typed === '' ? undefined : typed, password: password.peek() };
      const { ended } = await api.changePassword(body).catch((why: unknown) => {
        wrong.value = why instanceof ApiError && why.code === 'sign_in_failed';
        if (why instanceof ApiError && why.code === 'code_required') codeAsked.value = true;
        throw why;
      });
      tell('good', () => accountWords().password.done(ended));
      onDone();
    });
  };
  const at = (name: string): string | undefined => (isBlamed(blamed.value, name) ? error.value : undefined);
  const placed = wrong.value || at('password') !== undefined || (needsCode && at('code') !== undefined);
  return (
    <form class="stack" aria-labelledby="password-title" onSubmit={submit}>
      <TextField
        label={text.present}
        value={present}
        type="password"
        autoComplete="current-password"
        dir="ltr"
        required
        inputRef={first}
        error={wrong.value ? text.wrong : undefined}
      />
      {needsCode && (
        <TextField
          label={signIn.code}
          hint={signIn.codeHint}
          value={code}
          autoComplete="one-time-code"
          dir="ltr"
          maxLength={40}
          required
          inputRef={codeField}
          error={at('code')}
        />
      )}
      <NewPasswordField
        label={text.next}
        showWord={text.nextShow}
        value={password}
        hint={<PasswordRule password={password.value} />}
        error={at('password')}
      />
      <FormError text={placed ? undefined : error.value} />
      <div class="buttons">
        <button class="primary" disabled={busy.value || !isLongEnough(password.value)}>
          {busy.value ? words().sending : text.submit}
        </button>
        <button type="button" onClick={onCancel}>
          {words().cancel}
        </button>
      </div>
    </form>
  );
}
