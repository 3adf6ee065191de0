import { happenings } from '../happened';
import { language } from '../language';
import type { Alarm } from '../progress';
import { app } from '../the_app';
import { Say } from './say';

/** What has happened, oldest first, once there is more to tell than the state above says. */
export function History({ alarm }: { alarm: Alarm }) {
  const words = language.words.value.history;
  const lines = happenings(alarm, app.clock.now());
  if (lines.length < 2) return null;
  return (
    <section class="card" aria-labelledby="history">
      <h2 id="history">{words.title}</h2>
      <ol class="history">
        {lines.map(({ key, says, values }) => (
          <li key={key}>
            <Say text={words[says]} values={values} />
          </li>
        ))}
      </ol>
    </section>
  );
}
