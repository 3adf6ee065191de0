import { useEffect, useRef } from 'preact/hooks';
import { language } from '../language';
import { alarmLetGoBy, stageOf, type Alarm, type Stage } from '../progress';
import { stamp } from '../stamp';
import { app } from '../the_app';
import { takenFrom } from '../witnessed';
import type { Words } from '../words/en';
import { ForWhom } from './for_whom';
import { StageShape } from './icons';
import { Say, type Values } from './say';

interface Told {
  headline: string;
  sub?: string | undefined;
  values: Values;
}

/** How far the alarm got, in its own shape and words. */
export function StageCard({ alarm }: { alarm: Alarm }) {
  const words = language.words.value;
  const stage = stageOf(alarm);
  const { headline, sub, values } = tell(alarm, stage, words);
  const notKept = alarm.unsent.some(({ kept }) => kept === 'not_kept');
  const reference = alarm.held?.case.reference;
  const card = useRef<HTMLElement>(null);
  // The button that was held is gone: whoever listens to the screen goes on here.
  useEffect(() => {
    if (alarm.unsent.length > 0) card.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, []);
  return (
    <section class={`card stage ${stage}`} aria-label={words.stage.label} ref={card} tabIndex={-1}>
      <StageShape stage={stage} />
      <div class="stage-words">
        {alarm.about.kind === 'colleague' && (
          <p class="stage-about">
            <ForWhom about={alarm.about} />
          </p>
        )}
        <div role="status">
          <p class="stage-headline">
            <Say text={headline} values={values} />
          </p>
          {sub && (
            <p>
              <Say text={sub} values={values} />
            </p>
          )}
        </div>
        {notKept && stage === 'sending' && <p class="warned">{words.stage.notKept}</p>}
        {reference && (
          <p class="note">
            <Say text={words.stage.reference} values={{ reference }} />
          </p>
        )}
      </div>
    </section>
  );
}

function tell(alarm: Alarm, stage: Stage, words: Words): Told {
  const { stage: say } = words;
  const { held } = alarm;
  const of = held?.case;
  const time = (at: string | null | undefined): string | undefined => (at ? stamp(at, app.clock.now()) : undefined);
  const letGo = tellLetGo(alarm, say, time);
  switch (stage) {
    case 'sending':
      return { headline: say.sending, sub: say.sendingSub, values: {} };
    case 'queued':
      return tellQueued(alarm, words);
    case 'stored':
      return letGo ?? { headline: say.stored, values: { time: time(of?.last_tap_at) } };
    case 'on_console': {
      const shown = of?.shown_at ?? of?.last_tap_at;
      return letGo ?? { headline: say.onConsole, sub: say.onConsoleSub, values: { time: time(shown), stored: time(of?.last_tap_at) } };
    }
    case 'taken': {
      const before = held && takenFrom(held.seen, held.case);
      const sub = of?.taken_at ? (before ? say.takenFromSub : say.takenSub) : undefined;
      return { headline: of?.taken_by ? say.taken : say.takenUnnamed, sub, values: { name: of?.taken_by ?? '', before, time: time(of?.taken_at) } };
    }
    case 'closed': {
      const outcome = of?.outcome === 'resolved' ? say.resolved : of?.outcome === 'false_alarm' ? say.falseAlarm : '';
      return { headline: say.closed, sub: `${outcome} ${say.closedSub}`.trim(), values: { time: time(of?.closed_at) } };
    }
  }
}

/** A name that stood here and stands no more is not passed over in silence. */
function tellLetGo(alarm: Alarm, say: Words['stage'], time: (at: string | undefined) => string | undefined): Told | undefined {
  const name = alarmLetGoBy(alarm);
  if (name === undefined) return undefined;
  const values = { name, time: time(alarm.held?.seen.at(-1)?.at), stored: time(alarm.held?.case.last_tap_at) };
  return { headline: say.letGo, sub: say.letGoSub, values };
}

function tellQueued({ unsent }: Alarm, { stage: say, failure: reasons }: Words): Told {
  const kept = unsent.map((tap) => tap.kept);
  const headline = kept.includes('not_kept') ? say.notKept : kept.includes('keeping') ? say.queuedKeeping : say.queued;
  const failure = unsent.find((tap) => tap.failure)?.failure;
  const reason = failure ? reasons[failure.why] : '';
  const first = kept.includes('not_kept') ? `${say.queuedKeeping}. ` : '';
  return { headline, sub: `${first}${reason} ${say.retrying}`, values: {} };
}
