import { useSignal } from '@preact/signals';
import { useId, useRef } from 'preact/hooks';
import type { Intent } from '../../../api/client';
import { perform } from '../../api/client';
import { imports as requests } from '../../api/imports';
import type { ApplyImport, Import } from '../../wire';
import { num, words } from '../../i18n';
import { FormError, TextField } from '../field';
import { isBlamed, useSubmission } from '../submit';
import { confirmed, idle, type Unconfirmed } from './steps';
import { importsWords } from './words';

/** Does what the dry run showed. Where many would leave, their number is typed; rows with errors are left out knowingly. */
export function ApplyForm({ one, take }: { one: Import; take: (next: Import) => void }) {
  const { apply: text } = importsWords();
  const id = useId();
  const onlyGood = useSignal(false);
  const typed = useSignal('');
  const unconfirmed = useSignal<Unconfirmed | undefined>(undefined);
  const input = useRef<HTMLInputElement>(null);
  const made = useRef<Intent | undefined>(undefined);
  const { busy, error, blamed, run } = useSubmission();
  const { bad_rows: bad, before } = one.figures;
  const resumed = one.applied_at != null;
  // With rows left out nobody leaves, so there is nothing to guard.
  const guarded = bad === 0 && !resumed ? (one.confirm_leaving ?? undefined) : undefined;
  const submit = (event: Event): void => {
    event.preventDefault();
    const body: ApplyImport = { only_good_rows: bad > 0 && onlyGood.peek() };
    if (guarded !== undefined) {
      const outcome = confirmed(typed.peek(), guarded);
      unconfirmed.value = outcome === true ? undefined : outcome;
      if (outcome !== true) return void input.current?.focus();
      body.confirm_leaving = guarded;
    }
    if (JSON.stringify(made.current?.body) !== JSON.stringify(body)) made.current = requests.apply(one.id, body);
    const wanted = made.current;
    if (!wanted) return;
    void run(async () => {
      take(await perform<Import>(wanted));
    });
  };
  const local = unconfirmed.value && { empty: text.guardEmpty, other: text.guardOther }[unconfirmed.value];
  const leavingBlamed = isBlamed(blamed.value, 'confirm_leaving');
  // The headline above the figures says why.
  if (idle(one.figures) !== undefined && !resumed) return null;
  return (
    <form class="case-form" aria-labelledby={`${id}-title`} onSubmit={submit}>
      <h3 id={`${id}-title`}>{resumed ? text.goOn : text.title}</h3>
      {bad > 0 && !resumed && (
        <>
          <p>{text.mustFix}</p>
          <label class="option">
            <input type="checkbox" required checked={onlyGood.value} onChange={(event) => (onlyGood.value = event.currentTarget.checked)} />
            <span>{text.onlyGood(bad)}</span>
          </label>
        </>
      )}
      {guarded !== undefined && (
        <>
          <p class="warning">{text.guard(guarded, num(before))}</p>
          <TextField
            label={text.guardLabel}
            value={typed}
            inputRef={input}
            required
            inputMode="numeric"
            dir="ltr"
            error={local ?? (leavingBlamed ? error.value : undefined)}
          />
        </>
      )}
      <FormError text={leavingBlamed && guarded !== undefined ? undefined : error.value} />
      <div class="buttons">
        <button class="primary" disabled={busy.value}>
          {busy.value ? words().sending : text.submit}
        </button>
      </div>
    </form>
  );
}
