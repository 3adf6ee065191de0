import { useEffect } from 'preact/hooks';
import { language } from '../language';
import { stamp } from '../stamp';
import { app } from '../the_app';
import { waking } from '../the_waking';
import type { Waking } from '../waking';
import { Say, type Values } from './say';

/** Where a press can change something. */
const CHOICE: ReadonlySet<Waking['is']> = new Set(['off', 'lost', 'on']);

/** Whether this phone is woken when its owner is called, and the switch for it where there is a choice. */
export function WakingCard() {
  const words = language.words.value.waking;
  const state = waking.state.value;
  useEffect(() => void waking.check(), []);
  const on = state.is === 'on';
  return (
    <section class="card" aria-labelledby="waking">
      <h2 id="waking">{words.title}</h2>
      {CHOICE.has(state.is) && (
        <label class="switch">
          <input
            type="checkbox"
            checked={on}
            disabled={waking.busy.value}
            onChange={(event) => {
              // It stays as it is until the server has answered.
              event.currentTarget.checked = on;
              void (on ? waking.turnOff() : waking.turnOn());
            }}
          />
          <span>{words.switch}</span>
        </label>
      )}
      <p role="status">
        <State />
      </p>
      <Failure />
      <p class="note">{words.note}</p>
    </section>
  );
}

function State() {
  const words = language.words.value.waking;
  const state = waking.state.value;
  if (waking.busy.value) return <>{words.busy}</>;
  if (state.is !== 'on') return <>{words.state[state.is]}</>;
  if (state.shownAt === undefined) return <>{words.state.unproven}</>;
  return <Say text={words.state.on} values={{ time: stamp(state.shownAt, app.clock.now()) }} />;
}

function Failure() {
  const words = language.words.value.waking.failure;
  const failure = waking.failure.value;
  const values: Values = failure?.why === 'refused' ? { detail: failure.detail } : {};
  return (
    <p role="alert" class="warned">
      {failure && <Say text={words[failure.why]} values={values} />}
    </p>
  );
}
