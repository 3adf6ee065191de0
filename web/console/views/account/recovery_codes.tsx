import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { Ltr } from '../../../ui/ltr';
import { copyAndTell } from '../../copy';
import { session } from '../../session';
import { FormError } from '../field';
import { accountWords } from './words';

/** The recovery codes, shown this once: only who says that they are kept goes on. */
export function RecoveryCodes({ codes, onKept, error }: { codes: readonly string[]; onKept: () => void; error: string | undefined }) {
  const { recovery: text } = accountWords();
  const kept = useSignal(false);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  // The page that sets up a code generator before anything else has no heading between its own and this one.
  const Heading = session.value?.second_factor_required ? 'h2' : 'h3';
  return (
    <div class="stack printed">
      <Heading ref={heading} tabIndex={-1}>
        {text.title}
      </Heading>
      <p class="only-print">
        Muster · <span dir="auto">{session.value?.name}</span>
      </p>
      <p>{text.lead}</p>
      <ol class="recovery">
        {codes.map((code) => (
          <li key={code}>
            <code>
              <Ltr>{code}</Ltr>
            </code>
          </li>
        ))}
      </ol>
      <div class="buttons no-print">
        <button type="button" onClick={() => print()}>
          {text.print}
        </button>
        <button type="button" onClick={() => void copyAndTell(codes.join('\n'))}>
          {text.copy}
        </button>
      </div>
      <label class="option no-print">
        <input type="checkbox" checked={kept.value} onChange={(event) => (kept.value = event.currentTarget.checked)} />
        <span>{text.kept}</span>
      </label>
      <FormError text={error} />
      <div class="buttons no-print">
        <button type="button" class="primary" disabled={!kept.value} onClick={onKept}>
          {text.done}
        </button>
      </div>
    </div>
  );
}
