import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Wire } from '../../../api/types';
import { ltr, Ltr } from '../../../ui/ltr';
import { utcStamp } from '../../../ui/time';
import { perform } from '../../api/client';
import { watch as requests } from '../../api/watch';
import { words } from '../../i18n';
import { EntryForm } from '../entry_form';
import { FormError } from '../field';
import { useSubmission } from '../submit';
import { watchWords } from './words';

type Entry = Wire['WatchEntry'];

/** The shift log of a watch, the newest first, with a form for another entry. */
export function ShiftLog({ watch }: { watch: Wire['Watch'] }) {
  const { log: text } = watchWords();
  const entries = useSignal<readonly Entry[] | undefined>(undefined);
  const next = useSignal<string | undefined>(undefined);
  const corrects = useSignal<Entry | undefined>(undefined);
  const { busy, error, run } = useSubmission();
  const load = (): void =>
    void run(async () => {
      const page = await requests.log(watch.id);
      // What is older and was loaded stays.
      const known = new Set(page.entries.map(({ id }) => id));
      const older = (entries.peek() ?? []).filter(({ id }) => !known.has(id));
      if (older.length === 0) next.value = page.next ?? undefined;
      entries.value = [...page.entries, ...older];
    });
  const more = (): void =>
    void run(async () => {
      const page = await requests.log(watch.id, next.peek());
      entries.value = [...(entries.peek() ?? []), ...page.entries];
      next.value = page.next ?? undefined;
    });
  // Every change of the watch is in its log too.
  useEffect(load, [watch.id, watch.revision]);
  return (
    <section class="panel" aria-labelledby="log-title">
      <h3 id="log-title">{text.title}</h3>
      <p>{text.lead}</p>
      <EntryForm
        key={corrects.value?.id ?? 'new'}
        title={corrects.value ? text.correct(ltr(utcStamp(corrects.value.at))) : text.add}
        submitWord={text.submit}
        fields={[{ name: 'text', label: text.text, required: true, lines: 3, maxLength: 4_000 }]}
        intent={({ text: said = '' }) => requests.note(watch.id, { text: said, corrects: corrects.peek()?.id })}
        send={async (intent) => {
          await perform<Entry>(intent);
          corrects.value = undefined;
          load();
        }}
        done={() => watchWords().log.done}
        {...(corrects.value && { onCancel: () => (corrects.value = undefined) })}
      />
      <FormError text={error.value} />
      {entries.value === undefined ? (
        error.value === undefined && <p role="status">{words().loading}</p>
      ) : entries.value.length === 0 ? (
        <p role="status">{text.none}</p>
      ) : (
        <ol class="shift-log">
          {entries.value.map((entry) => (
            <LogEntry key={entry.id} entry={entry} all={entries.value ?? []} correct={() => (corrects.value = entry)} />
          ))}
        </ol>
      )}
      {next.value !== undefined && (
        <div class="buttons">
          <button type="button" disabled={busy.value} onClick={more}>
            {text.more}
          </button>
        </div>
      )}
    </section>
  );
}

function LogEntry({ entry, all, correct }: { entry: Entry; all: readonly Entry[]; correct: () => void }) {
  const { log: text, kind } = watchWords();
  const { by, at, of, reference, corrects } = entry;
  const old = all.find(({ id }) => id === corrects);
  const stamp = ltr(utcStamp(at));
  return (
    <li data-kind={entry.kind}>
      <span class="num">
        <Ltr>{utcStamp(at)}</Ltr>
      </span>{' '}
      <strong dir="auto">{by.kind === 'system' ? text.muster : by.name}</strong>{' '}
      <span>{kind[entry.kind](of?.name ?? '', reference == null ? '' : ltr(reference))}</span>
      {corrects != null && <span class="muted"> {old ? text.corrects(ltr(utcStamp(old.at))) : text.correctsOlder}</span>}
      {entry.text != null && (
        <p class="log-text" dir="auto">
          {entry.text}
        </p>
      )}
      {entry.kind === 'note' && (
        <button type="button" class="quiet" aria-label={text.pressOf(stamp)} onClick={correct}>
          {text.press}
        </button>
      )}
    </li>
  );
}
