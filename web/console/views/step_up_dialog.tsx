import { useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { ApiError } from '../../api/client';
import { api } from '../api';
import { words } from '../i18n';
import { session } from '../session';
import { stepUp } from '../step_up';
import { Modal } from './dialog';
import { FormError, TextField } from './field';
import { useSubmission } from './submit';

/** Asks the person to prove again who they are, for a request that waits. */
export function StepUpDialog() {
  const { stepUp: text, signIn } = words();
  const password = useSignal('');
  const code = useSignal('');
  const wrong = useSignal(false);
  const first = useRef<HTMLInputElement>(null);
  const { busy, error, run } = useSubmission();
  const codeAsked = useSignal(false);
  const codeField = useRef<HTMLInputElement>(null);
  const needsCode = session.value?.second_factor === true || codeAsked.value;
  useLayoutEffect(() => first.current?.focus(), []);
  useLayoutEffect(() => {
    if (codeAsked.value) codeField.current?.focus();
  }, [codeAsked.value]);
  const submit = (event: Event): void => {
    event.preventDefault();
    void run(async () => {
      const typed = code.value.trim();
      wrong.value = false;
      const { until } = await api.stepUp({ password: password.value, code: typed === '' ? undefined : typed }).catch((why: unknown) => {
        wrong.value = why instanceof ApiError && why.code === 'sign_in_failed';
        if (why instanceof ApiError && why.code === 'code_required') codeAsked.value = true;
        throw why;
      });
      const held = session.peek();
      if (held) session.value = { ...held, stepped_up_until: until };
      stepUp.answer(true);
    });
  };
  return (
    <Modal title={text.title} onClose={() => stepUp.answer(false)}>
      <form onSubmit={submit}>
        <p>{text.lead}</p>
        <TextField label={text.password} value={password} type="password" autoComplete="current-password" dir="ltr" required inputRef={first} />
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
          />
        )}
        <FormError text={wrong.value ? text.wrong : error.value} />
        <div class="buttons">
          <button class="primary" disabled={busy.value}>
            {busy.value ? words().sending : text.submit}
          </button>
          <button type="button" onClick={() => stepUp.answer(false)}>
            {words().cancel}
          </button>
        </div>
      </form>
    </Modal>
  );
}
