import { useRef } from 'preact/hooks';
import type { Intent } from '../../../api/client';
import { perform } from '../../api/client';
import { imports as requests } from '../../api/imports';
import type { Import } from '../../wire';
import { words } from '../../i18n';
import { tell } from '../../notice';
import { FormError } from '../field';
import { useSubmission } from '../submit';
import { importsWords } from './words';

/** Drops an import of which nothing is done. */
export function CancelButton({ one, take }: { one: Import; take: (next: Import) => void }) {
  const { apply: text } = importsWords();
  const made = useRef<Intent | undefined>(undefined);
  const { busy, error, run } = useSubmission();
  const drop = (): void => {
    const intent = (made.current ??= requests.cancel(one.id));
    void run(async () => {
      take(await perform<Import>(intent));
      tell('good', () => importsWords().apply.cancelled);
    });
  };
  return (
    <>
      <button type="button" disabled={busy.value} onClick={drop}>
        {busy.value ? words().sending : text.cancel}
      </button>
      <FormError text={error.value} />
    </>
  );
}
