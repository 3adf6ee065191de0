import { utcTime } from '../../ui/time';
import { language } from '../language';
import type { Alarm } from '../progress';
import { Say, type Values } from './say';

interface Line {
  key: string;
  text: string;
  values: Values;
  /** Milliseconds since 1970 by the server's clock; what has not happened there comes last. */
  at: number;
}

/** What has happened, oldest first: each tap, and what the server told of the case. Nothing that is still to come. */
export function History({ alarm }: { alarm: Alarm }) {
  const words = language.words.value.history;
  const lines = linesOf(alarm, words);
  if (lines.length < 2) return null;
  return (
    <section class="card" aria-labelledby="history">
      <h2 id="history">{words.title}</h2>
      <ol class="history">
        {lines.map(({ key, text, values }) => (
          <li key={key}>
            <Say text={text} values={values} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function linesOf({ held, unsent }: Alarm, words: typeof language.words.value.history): Line[] {
  const line = (key: string, text: string, at: string, values: Values = {}): Line => ({
    key,
    text,
    values: { ...values, time: utcTime(at) },
    at: Date.parse(at),
  });
  const of = held?.case;
  const lines = (held?.taps ?? []).map((tap) => line(tap.key, words.tapStored, tap.storedAt));
  if (of?.shown_at) lines.push(line('shown', words.shown, of.shown_at));
  if (of?.taken_by && of.taken_at) lines.push(line('taken', words.taken, of.taken_at, { name: of.taken_by }));
  if (of?.closed_at) lines.push(line('closed', words.closed, of.closed_at));
  lines.sort((a, b) => a.at - b.at);
  for (const { item, failure } of unsent) {
    lines.push({ key: item.key, text: failure ? words.tapQueued : words.tapSending, values: {}, at: Number.POSITIVE_INFINITY });
  }
  return lines;
}
