import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { About } from '../about';
import { Hold, type HoldState } from '../hold';
import { language } from '../language';
import { show } from '../route';
import { app } from '../the_app';

/** A click this soon after a finger left is that finger's, in milliseconds. */
const CLICK_AFTER_TOUCH_MS = 700;

/**
 * NOT OKAY. A finger held for two seconds sends; anything shorter, a key, or a screen reader's double tap opens "Send now".
 * `about` is read at the moment of the alarm.
 */
export function HoldButton({ about, hint }: { about: () => About; hint: string }) {
  const words = language.words.value.hold;
  const [state, setState] = useState<HoldState>('idle');
  const latest = useRef(about);
  latest.current = about;
  const lifted = useRef(Number.NEGATIVE_INFINITY);
  const hold = useMemo(
    () =>
      new Hold(app.device, setState, () => {
        app.raise(latest.current());
        show('case');
      }),
    [],
  );
  useEffect(() => () => hold.release(), [hold]);

  const press = (event: PointerEvent): void => {
    if (!event.isPrimary || event.button !== 0) return;
    capture(event);
    hold.press();
    app.positions.warm();
    app.buzz([30]);
  };
  const release = (event: PointerEvent): void => {
    if (!event.isPrimary) return;
    lifted.current = app.device.monotonic();
    hold.release();
    app.coolDown();
  };
  const click = (): void => {
    const byFinger = app.device.monotonic() - lifted.current < CLICK_AFTER_TOUCH_MS;
    if (!byFinger) hold.ask();
  };

  const asking = state === 'asking' || state === 'released';
  return (
    <div class="hold-area">
      <button
        type="button"
        class="hold"
        data-state={state}
        aria-describedby="hold-how"
        onPointerDown={press}
        onPointerUp={release}
        onPointerCancel={release}
        onLostPointerCapture={release}
        onContextMenu={(event) => event.preventDefault()}
        onClick={click}
      >
        <svg class="hold-ring" viewBox="0 0 100 100" aria-hidden="true">
          <circle class="hold-track" cx="50" cy="50" r="47" />
          <circle class="hold-fill" cx="50" cy="50" r="47" pathLength="1" />
        </svg>
        <span class="hold-name">{words.name}</span>
        <span class="hold-how" id="hold-how">
          {state === 'holding' ? words.holding : hint}
        </span>
      </button>
      <div class="hold-below">
        <p role="status" class={asking ? 'hold-said' : 'hold-alternative'}>
          {state === 'released' ? words.released : state === 'asking' ? words.asking : words.alternative}
        </p>
        {asking && <SendNow onSend={() => hold.confirm()} onDismiss={() => hold.dismiss()} />}
      </div>
    </div>
  );
}

function SendNow({ onSend, onDismiss }: { onSend: () => void; onDismiss: () => void }) {
  const words = language.words.value.hold;
  const send = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    send.current?.focus({ preventScroll: true });
    send.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  // A key that is still held from opening this must not press it.
  const dropRepeats = (event: KeyboardEvent): void => {
    if (event.repeat) event.preventDefault();
  };
  return (
    <div class="send-now">
      <button type="button" class="wide danger" ref={send} onClick={onSend} onKeyDown={dropRepeats}>
        {words.send}
      </button>
      <button type="button" class="wide quiet" onClick={onDismiss}>
        {words.dismiss}
      </button>
    </div>
  );
}

/** Keeps the finger's events on the button, however much the hand shakes. */
function capture(event: PointerEvent): void {
  try {
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
  } catch {
    // The finger is up already.
  }
}
