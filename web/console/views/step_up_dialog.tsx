import { api } from '../api';
import { words } from '../i18n';
import { session } from '../session';
import { stepUp } from '../step_up';
import { Modal } from './dialog';
import { FormError } from './field';
import { ProofFields, useProof } from './proof';
import { useSubmission } from './submit';

/** Asks the person to prove again who they are, for a request that waits. */
export function StepUpDialog() {
  const { stepUp: text } = words();
  const proof = useProof();
  const { busy, error, run } = useSubmission();
  const submit = (event: Event): void => {
    event.preventDefault();
    void run(async () => {
      const { until } = await proof.send((typed) => api.stepUp(typed));
      const held = session.peek();
      if (held) session.value = { ...held, stepped_up_until: until };
      stepUp.answer(true);
    });
  };
  return (
    <Modal title={text.title} onClose={() => stepUp.answer(false)}>
      <form onSubmit={submit}>
        <p>{session.value?.second_factor === true ? text.leadCode : text.lead}</p>
        <ProofFields proof={proof} label={text.password} needsCode={session.value?.second_factor === true} />
        <FormError text={proof.wrong.value ? text.wrong : error.value} />
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
