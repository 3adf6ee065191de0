import type { TargetedKeyboardEvent } from 'preact';
import { digitOf } from '../shortcuts';

/** The key that chooses, shown beside its choice: there is none for a tenth. */
export function DigitKey({ place }: { place: number }) {
  return place <= 9 ? <kbd>{place}</kbd> : null;
}

/**
 * Presses the choice of a number key, among the elements marked `data-choice` in the group that has the focus: only there
 * do number keys mean anything, so that they need no switch (WCAG 2.1.4).
 */
export function chooseByDigit(event: TargetedKeyboardEvent<HTMLElement>): void {
  const digit = digitOf(event);
  if (digit === undefined) return;
  const choice = event.currentTarget.querySelectorAll<HTMLElement>('[data-choice]')[digit - 1];
  if (!choice) return;
  event.preventDefault();
  choice.click();
}
