import { language } from '../language';
import { isActive } from '../progress';
import { app } from '../the_app';
import { CallList } from './call_list';

/** Whom to call, from what this phone has kept. */
export function Calls() {
  const words = language.words.value.calls;
  return (
    <main>
      <h1>{words.title}</h1>
      <p class="note">{words.intro}</p>
      <CallList alarm={app.alarms.value.find(isActive)} />
    </main>
  );
}
