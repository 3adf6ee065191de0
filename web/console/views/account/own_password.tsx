import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { api } from '../../api';
import { words } from '../../i18n';
import { tell } from '../../notice';
import { session } from '../../session';
import { FormError, NewPasswordField } from '../field';
import { isLongEnough, PasswordRule } from '../password_rule';
import { ProofFields, useProof } from '../proof';
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
  const proof = useProof();
  const password = useSignal('');
  const { busy, error, blamed, run } = useSubmission();
  const hasGenerator = session.value?.second_factor === true;
  const submit = (event: Event): void => {
    event.preventDefault();
    void run(async () => {
      const { ended } = await proof.send(({ password: present, code }) =>
        api.changePassword({ present, code, password: password.peek() }),
      );
      tell('good', () => accountWords().password.done(ended));
      onDone();
    });
  };
  const at = (name: string): string | undefined => (isBlamed(blamed.value, name) ? error.value : undefined);
  const wrong = proof.wrong.value;
  const codeShown = hasGenerator || proof.codeAsked.value;
  const placed = wrong || at('password') !== undefined || (codeShown && at('code') !== undefined);
  return (
    <form class="stack" aria-labelledby="password-title" onSubmit={submit}>
      <ProofFields
        proof={proof}
        label={text.present}
        needsCode={hasGenerator}
        passwordError={wrong ? text.wrong : undefined}
        codeError={at('code')}
      />
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
