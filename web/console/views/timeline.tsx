import { utcStamp, utcTime } from '../../ui/time';
import { ltr, Ltr } from '../../ui/ltr';
import { describeChange } from '../cases/describe';
import { i18n, words } from '../i18n';
import type { TimelineEntry } from '../wire';

/** Entries more than this far apart from their moment say when they happened, in milliseconds. */
const LATE_MS = 60_000;

/** Every event of the case, newest first. */
export function Timeline({ entries, loading }: { entries: readonly TimelineEntry[]; loading: boolean }) {
  const { detail, loading: loadingWord } = words();
  return (
    <section class="timeline" aria-labelledby="part-timeline">
      <h3 id="part-timeline">{detail.timeline}</h3>
      {loading && entries.length === 0 && <p class="muted">{loadingWord}</p>}
      <ol>
        {[...entries].reverse().map((entry, index, all) => (
          <Entry key={entry.id} entry={entry} newDay={dayOf(entry.at) !== dayOf(all[index + 1]?.at)} />
        ))}
      </ol>
    </section>
  );
}

function dayOf(at: string | undefined): string | undefined {
  return at?.slice(0, 10);
}

function Entry({ entry, newDay }: { entry: TimelineEntry; newDay: boolean }) {
  const text = words();
  const { headline, lines } = describeChange(entry.change, text, i18n.language.value);
  const late = Math.abs(Date.parse(entry.at) - Date.parse(entry.occurred_at)) > LATE_MS;
  const by = (how: string) => `${entry.actor.name} (${how})`;
  const actor = {
    system: text.changes.system,
    phone: by(text.changes.phone),
    call: by(text.changes.byCall),
    text: by(text.changes.byText),
    console: entry.actor.name,
  };
  return (
    <li class={`entry ${entry.change.what}`}>
      <span class="entry-time num">
        <Ltr>{newDay ? utcStamp(entry.at) : utcTime(entry.at)}</Ltr>
      </span>
      <div class="entry-body">
        <p>
          <strong>{headline}</strong>{' '}
          <span class="muted">
            <bdi>{actor[entry.actor.kind]}</bdi>
            {late && (
              <>
                , <span class="num">{text.changes.late(ltr(utcStamp(entry.occurred_at)))}</span>
              </>
            )}
          </span>
        </p>
        {lines.map((line, index) => (
          <p key={index} class="entry-line">
            <bdi>{line}</bdi>
          </p>
        ))}
      </div>
    </li>
  );
}
