import { useSignal, type Signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { ApiError } from '../../api/client';
import { api } from '../api';
import { words } from '../i18n';
import { goToQueue } from '../router';
import { begin, endedByItself } from '../session';
import { FormError, NewPasswordField, TextField } from './field';
import { isLongEnough, PasswordRule } from './password_rule';
import { ProofFields, useProof } from './proof';
import { LanguageSwitch, ThemeSwitch } from './switches';
import { useSubmission } from './submit';

/** The frame of every page before the console itself. */
export function Entrance({ title, children }: { title: string; children: ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · ${words().brand}`;
  }, [title]);
  return (
    <div class="entrance">
      <main class="entrance-card">
        <p class="brand">{words().brand}</p>
        <h1 ref={heading}>{title}</h1>
        {children}
      </main>
      <footer class="entrance-switches">
        <LanguageSwitch />
        <ThemeSwitch />
      </footer>
    </div>
  );
}

/** Focuses a field when its page appears. */
function useFirstFocus() {
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => field.current?.focus(), []);
  return field;
}

/** Sign-in by e-mail and password, and then by a code where a code generator is set up. */
export function SignInPage() {
  const { signIn } = words();
  const email = useSignal('');
  const proof = useProof();
  const { busy, error, run } = useSubmission();
  const submit = (event: Event): void => {
    event.preventDefault();
    void run(async () => {
      try {
        begin(await proof.send((typed) => api.signIn({ email: email.peek().trim(), ...typed })));
      } catch (why) {
        if (!(why instanceof ApiError) || why.code !== 'code_required') throw why;
      }
    });
  };
  return (
    <Entrance title={signIn.title}>
      {endedByItself.value && <p class="warning">{signIn.ended}</p>}
      <form onSubmit={submit}>
        <ProofFields
          proof={proof}
          label={signIn.password}
          needsCode={false}
          codeAlone
          before={<EmailField email={email} />}
        />
        <FormError text={error.value} />
        <button class="primary wide" disabled={busy.value}>
          {busy.value ? words().sending : signIn.submit}
        </button>
        {proof.codeAsked.value && (
          <button type="button" class="wide" onClick={() => proof.clear()}>
            {signIn.otherAccount}
          </button>
        )}
      </form>
      <p class="reach">{signIn.reach}</p>
    </Entrance>
  );
}

/** The address to sign in with. */
function EmailField({ email }: { email: Signal<string> }) {
  const field = useFirstFocus();
  return (
    <TextField label={words().signIn.email} value={email} type="email" autoComplete="username" dir="ltr" required inputRef={field} />
  );
}

/** The first administrator, by the one-time link of the first start. */
export function SetupPage({ secret }: { secret: string }) {
  const { setup } = words();
  const organisation = useSignal('');
  const name = useSignal('');
  const email = useSignal('');
  const password = useSignal('');
  const { busy, error, run } = useSubmission();
  const first = useFirstFocus();
  const submit = (event: Event): void => {
    event.preventDefault();
    void run(async () => {
      const body = {
        secret,
        organisation: organisation.value.trim(),
        name: name.value.trim(),
        email: email.value.trim(),
        password: password.value,
      };
      begin(await api.setUp(body));
      goToQueue();
    });
  };
  return (
    <Entrance title={setup.title}>
      <p>{setup.lead}</p>
      <form onSubmit={submit}>
        <TextField label={setup.organisation} value={organisation} autoComplete="organization" required maxLength={200} inputRef={first} />
        <TextField label={setup.name} value={name} autoComplete="name" required maxLength={200} />
        <TextField label={setup.email} value={email} type="email" autoComplete="username" dir="ltr" required />
        <NewPasswordField
          label={setup.password}
          showWord={setup.passwordShow}
          value={password}
          hint={<PasswordRule password={password.value} />}
        />
        <FormError text={error.value} />
        <button class="primary wide" disabled={busy.value || !isLongEnough(password.value)}>
          {busy.value ? words().sending : setup.submit}
        </button>
      </form>
    </Entrance>
  );
}

/** A password by a one-time link. */
export function PasswordPage({ secret }: { secret: string }) {
  const { password: text, setup } = words();
  const password = useSignal('');
  const done = useSignal(false);
  const { busy, error, run } = useSubmission();
  const first = useFirstFocus();
  const submit = (event: Event): void => {
    event.preventDefault();
    void run(async () => {
      await api.setPassword({ secret, password: password.value });
      done.value = true;
    });
  };
  if (done.value) {
    return (
      <Entrance title={text.title}>
        <p role="status">{text.done}</p>
        <button class="primary wide" onClick={goToQueue}>
          {words().signIn.title}
        </button>
      </Entrance>
    );
  }
  return (
    <Entrance title={text.title}>
      <p>{text.lead}</p>
      <form onSubmit={submit}>
        <NewPasswordField
          label={setup.password}
          showWord={setup.passwordShow}
          value={password}
          inputRef={first}
          hint={<PasswordRule password={password.value} />}
        />
        <FormError text={error.value} />
        <button class="primary wide" disabled={busy.value || !isLongEnough(password.value)}>
          {busy.value ? words().sending : text.submit}
        </button>
      </form>
    </Entrance>
  );
}

/** Shown while the server has not yet said who is signed in. */
export function WaitingPage({ unreachable }: { unreachable: boolean }) {
  return (
    <Entrance title={words().app}>
      <p role="status" class={unreachable ? 'warning' : undefined}>
        {unreachable ? words().signIn.unreachable : words().loading}
      </p>
    </Entrance>
  );
}
