import { saidOf } from '../facts';
import { language } from '../language';
import { isActive } from '../progress';
import { app } from '../the_app';
import { CallList } from './call_list';

/** Whom to call, from what this phone has kept. */
export function Calls() {
  const words = language.words.value.calls;
  const alarm = app.alarms.value.find(isActive);
  const hiding = alarm !== undefined && saidOf(alarm, app.waiting.value).facts.can_talk === 'no';
  return (
    <main>
      <h1>{words.title}</h1>
      <p class="note">{words.intro}</p>
      <CallList hiding={hiding} reference={alarm?.held?.case.reference} colleague={alarm?.about ?? ''} />
    </main>
  );
}
