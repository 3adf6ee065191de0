import { language } from '../language';
import type { Alarm } from '../progress';
import { stamp } from '../stamp';
import { app } from '../the_app';
import { Icon } from './icons';
import { Say } from './say';

/** Whether the position is sent, how often, and when it stops. */
export function PositionCard({ alarm }: { alarm: Alarm }) {
  const words = language.words.value.position;
  const wanted = app.sharingWanted.value;
  return (
    <section class="card" aria-labelledby="position">
      <h2 id="position">
        <Icon glyph="pin" /> {words.title}
      </h2>
      {alarm.about.kind === 'colleague' && <p>{words.ofReporter}</p>}
      {wanted ? <Fixes /> : <p>{words.off}</p>}
      <button type="button" class="wide quiet" onClick={() => app.shareWanted(!wanted)}>
        {wanted ? words.stop : words.start}
      </button>
    </section>
  );
}

function Fixes() {
  const words = language.words.value.position;
  const { newest, right, problem } = app.positions;
  const fix = newest.value;
  if (right.value === 'denied') return <p>{words.refused}</p>;
  if (!fix) return <p>{problem.value && problem.value !== 'timeout' ? words.unavailable : words.waitingFix}</p>;
  const now = app.clock.now();
  const taken = stamp(now - Math.max(0, app.device.wall() - fix.takenAt), now);
  return (
    <>
      <p>
        <Say text={words.last} values={{ time: taken, metres: Math.round(fix.accuracyM) }} />
      </p>
      <p class="note">{words.on}</p>
    </>
  );
}
