import type { Device } from './device';

/** How long the button is held, in milliseconds. */
export const HOLD_MS = 2_000;
/** A press shorter than this was meant as a tap, in milliseconds. */
export const TAP_MS = 350;

/** What the button is doing. */
export type HoldState =
  | 'idle'
  | 'holding'
  /** Let go before the end: nothing was sent. */
  | 'released'
  /** Pressed briefly, or by key: offers "Send now". Nothing was sent. */
  | 'asking';

/** The hold: only a press that lasts to the end raises an alarm. */
export class Hold {
  state: HoldState = 'idle';
  private pressedAt = 0;
  private disarm: () => void = () => undefined;

  constructor(
    private readonly device: Pick<Device, 'monotonic' | 'after'>,
    private readonly changed: (state: HoldState) => void,
    private readonly held: () => void,
  ) {}

  /** A finger is down. */
  press(): void {
    if (this.state === 'holding') return;
    this.pressedAt = this.device.monotonic();
    this.disarm = this.device.after(HOLD_MS, () => {
      this.go('idle', this.held);
    });
    this.go('holding');
  }

  /** The finger is up, or the system took the touch away. */
  release(): void {
    if (this.state !== 'holding') return;
    this.disarm();
    this.go(this.device.monotonic() - this.pressedAt < TAP_MS ? 'asking' : 'released');
  }

  /** A key, a click without a finger, or a screen reader's double tap. */
  ask(): void {
    if (this.state === 'idle') this.go('asking');
  }

  /** "Send now". */
  confirm(): void {
    if (this.state === 'asking' || this.state === 'released') this.go('idle', this.held);
  }

  /** "Not now". */
  dismiss(): void {
    if (this.state !== 'holding') this.go('idle');
  }

  /** The alarm starts before the screen is told. */
  private go(state: HoldState, first: () => void = () => undefined): void {
    this.state = state;
    first();
    this.changed(state);
  }
}
