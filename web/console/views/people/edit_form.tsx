import { useSignal } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';
import { ApiError, type Intent } from '../../../api/client';
import type { Wire } from '../../../api/types';
import { people as requests } from '../../api/people';
import { words } from '../../i18n';
import { tell } from '../../notice';
import type { Places } from '../../wire';
import { FormError } from '../field';
import { useSubmission } from '../submit';
import { Conflict } from './conflict';
import { DraftField } from './draft_field';
import { blamedLine, changesOf, draftOf, merged, type Line, type Merged } from './editing';
import { shownLines } from './lines';
import { peopleWords } from './words';

/** Changes a person. Where somebody else was quicker, both versions are shown, and nothing is lost. */
export function EditForm({
  id,
  one,
  places,
  saved,
  close,
}: {
  id: string;
  one: Wire['PersonDetail'];
  places: Places;
  saved: (now: Wire['PersonDetail']) => void;
  close: () => void;
}) {
  const { edit: text } = peopleWords();
  const heading = useId();
  const form = useRef<HTMLFormElement>(null);
  const base = useSignal(one);
  const draft = useSignal(draftOf(one));
  const conflict = useSignal<(Merged & { now: Wire['PersonDetail'] }) | undefined>(undefined);
  const idle = useSignal(false);
  const made = useRef<Intent | undefined>(undefined);
  const { busy, error, blamed, run } = useSubmission();
  const faulty = blamedLine(blamed.value);
  const lines = shownLines(one);
  const placed = faulty !== undefined && lines.includes(faulty);
  useEffect(() => form.current?.querySelector<HTMLElement>('input, select')?.focus(), []);
  useEffect(() => {
    if (faulty) form.current?.querySelector<HTMLElement>(`[name="${faulty}"]`)?.focus();
  }, [faulty, error.value]);
  const set = (line: Line, value: string): void => {
    draft.value = { ...draft.peek(), [line]: value };
  };
  const send = async (): Promise<void> => {
    const body = changesOf(draftOf(base.peek()), draft.peek());
    idle.value = body === undefined;
    if (body === undefined) return;
    if (JSON.stringify(made.current?.body) !== JSON.stringify(body)) made.current = requests.change(id, body);
    const wanted = made.current;
    if (!wanted) return;
    try {
      const now = await requests.sendChange(wanted, base.peek().revision);
      tell('good', () => peopleWords().edit.saved);
      saved(now);
    } catch (why) {
      if (!(why instanceof ApiError) || why.code !== 'revision_changed') throw why;
      await takeOver();
    }
  };
  const takeOver = async (): Promise<void> => {
    const now = await requests.person(id);
    const both = merged(draftOf(base.peek()), draft.peek(), draftOf(now));
    // The next save is another request: it goes out against what the register holds now.
    made.current = undefined;
    base.value = now;
    draft.value = both.draft;
    conflict.value = { ...both, now };
  };
  return (
    <form
      ref={form}
      class="panel"
      aria-labelledby={heading}
      onSubmit={(event) => {
        event.preventDefault();
        void run(send);
      }}
    >
      <h3 id={heading}>{text.title}</h3>
      {(one.masked?.length ?? 0) > 0 && <p>{text.hidden}</p>}
      {conflict.value && <Conflict of={conflict.value} draft={draft.value} places={places} set={set} />}
      <div class="entry-fields">
        {lines.map((line) => (
          <DraftField key={line} line={line} value={draft.value[line]} places={places} set={set} error={line === faulty ? error.value : undefined} />
        ))}
      </div>
      <p role="status">{idle.value ? text.nothing : ''}</p>
      <FormError text={placed ? undefined : error.value} />
      <div class="buttons">
        <button class="primary" disabled={busy.value}>
          {busy.value ? words().sending : text.save}
        </button>
        <button type="button" onClick={close}>
          {words().cancel}
        </button>
      </div>
    </form>
  );
}
