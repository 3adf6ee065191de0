import { effect, signal, useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Ltr } from '../../../ui/ltr';
import { utcDate } from '../../dates';
import type { Wire } from '../../../api/types';
import { api } from '../../api';
import { secondFactor as requests } from '../../api/second_factor';
import { words } from '../../i18n';
import { begin, session } from '../../session';
import { holdUnkept } from '../../unkept';
import { FormError, TextField } from '../field';
import { useSubmission } from '../submit';
import { RecoveryCodes } from './recovery_codes';
import { accountWords } from './words';

/** Codes that were given and not yet kept. An alarm may call the person to the queue meanwhile: they stay here. */
const codes = signal<readonly string[] | undefined>(undefined);
let release: () => void = () => undefined;

function show(given: readonly string[]): void {
  codes.value = given;
  release = holdUnkept(() => accountWords().recovery.leave);
}

function forget(): void {
  codes.value = undefined;
  release();
}

// The next person at this console may not see them.
effect(() => {
  if (!session.value) forget();
});

/** Sets up a code generator: scan or type the secret, confirm by a code, keep the recovery codes. */
export function SecondFactor({ onDone }: { onDone?: () => void }) {
  const { factor: text } = accountWords();
  const offered = useSignal<Wire['SecondFactorOffered'] | undefined>(undefined);
  const { busy, error, run } = useSubmission();
  const has = session.value?.second_factor === true;
  const start = (): void => void run(async () => void (offered.value = await requests.offer()));
  // Only now may the rest of the console appear: the codes were kept.
  const finish = (): void => {
    void run(async () => {
      begin(await api.session());
      offered.value = undefined;
      forget();
      onDone?.();
    });
  };
  if (codes.value) return <RecoveryCodes codes={codes.value} onKept={finish} error={error.value} />;
  if (offered.value) {
    return <Confirm offered={offered.value} onConfirmed={show} onCancel={() => (offered.value = undefined)} />;
  }
  return (
    <div class="stack">
      <p>{has ? text.on : text.off}</p>
      <p>{text.app}</p>
      {has && <p class="hint">{text.startAgainHint}</p>}
      <FormError text={error.value} />
      <div class="buttons">
        <button type="button" class={has ? undefined : 'primary'} disabled={busy.value} onClick={start}>
          {busy.value ? words().sending : has ? text.startAgain : text.start}
        </button>
      </div>
    </div>
  );
}

function Confirm({
  offered,
  onConfirmed,
  onCancel,
}: {
  offered: Wire['SecondFactorOffered'];
  onConfirmed: (codes: readonly string[]) => void;
  onCancel: () => void;
}) {
  const { factor: text } = accountWords();
  const code = useSignal('');
  const field = useRef<HTMLInputElement>(null);
  const { busy, error, run } = useSubmission();
  useLayoutEffect(() => field.current?.focus(), []);
  const submit = (event: Event): void => {
    event.preventDefault();
    void run(async () => {
      const { codes } = await requests.confirm(code.value.replace(/\s/g, ''));
      onConfirmed(codes);
    });
  };
  return (
    <form class="stack" onSubmit={submit}>
      <p>{text.scan}</p>
      <img
        class="qr"
        src={`data:image/svg+xml,${encodeURIComponent(offered.qr_svg)}`}
        alt={text.qr}
        width="220"
        height="220"
      />
      <div>
        <p>{text.type}</p>
        <p>
          <code class="secret">
            <Ltr>{grouped(offered.secret)}</Ltr>
          </code>
        </p>
        <p class="hint">{text.secretHint}</p>
      </div>
      <TextField
        label={text.code}
        value={code}
        autoComplete="one-time-code"
        inputMode="numeric"
        dir="ltr"
        maxLength={12}
        required
        inputRef={field}
        hint={text.until(utcDate(offered.expires))}
        error={error.value}
      />
      <div class="buttons">
        <button class="primary" disabled={busy.value}>
          {busy.value ? words().sending : text.confirm}
        </button>
        <button type="button" onClick={onCancel}>
          {text.cancel}
        </button>
      </div>
    </form>
  );
}

/** A secret in groups of four, so that it can be read and typed. */
export function grouped(secret: string): string {
  return secret.replace(/\s/g, '').replace(/(.{4})(?=.)/g, '$1 ');
}
