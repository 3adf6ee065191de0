import { signal } from '@preact/signals';
import { followPosition, positionPermission, type Fix, type NoFix } from '../ui/platform';

/** What is known of the right to the position; `asking` until the browser has said. */
export type PositionRight = PermissionState | 'unknown' | 'asking';

/**
 * The phone's position. A finger on the button starts it when the browser allows it already: a permission question in
 * front of the button would take the touch away, so that question comes before, at a calm time, or after the alarm.
 */
export class Positions {
  readonly right = signal<PositionRight>('asking');
  /** Why there is no fix, of the last try. */
  readonly problem = signal<NoFix | undefined>(undefined);
  readonly newest = signal<Fix | undefined>(undefined);
  private stopFollowing: (() => void) | undefined;

  constructor(private readonly arrived: () => void) {
    void positionPermission((state) => (this.right.value = state)).then((state) => (this.right.value = state));
  }

  /** A finger is on the button. */
  warm(): void {
    if (this.right.value !== 'prompt' && this.right.value !== 'denied') this.follow();
  }

  /** Follows the position; the browser may ask the person. */
  follow(): void {
    if (this.stopFollowing) return;
    this.stopFollowing = followPosition(
      (fix) => {
        this.problem.value = undefined;
        this.newest.value = fix;
        this.right.value = 'granted';
        this.arrived();
      },
      (why) => {
        this.problem.value = why;
        if (why === 'refused') {
          this.right.value = 'denied';
          this.stop();
        }
      },
    );
  }

  /** Stops following: the battery is needed for other things. */
  stop(): void {
    this.stopFollowing?.();
    this.stopFollowing = undefined;
  }
}
