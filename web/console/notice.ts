import { signal } from '@preact/signals';

/** A sentence that appears for a moment, or stays until it is read when it is bad news. */
export interface Notice {
  tone: 'good' | 'bad';
  /** Says it in the words on the screen: asked again when the language changes. */
  say: () => string;
}

/** The notice on the screen. */
export const notice = signal<Notice | undefined>(undefined);

/** How long good news stays, in milliseconds. */
export const NOTICE_MS = 5_000;
let clearing: ReturnType<typeof setTimeout> | undefined;

/** Shows a notice. */
export function tell(tone: Notice['tone'], say: () => string): void {
  clearTimeout(clearing);
  notice.value = { tone, say };
  if (tone === 'good') clearing = setTimeout(dismissNotice, NOTICE_MS);
}

/** Takes good news off the screen once somebody goes on typing: what it says is not so any more. */
export function dismissGoodNews(): void {
  if (notice.peek()?.tone === 'good') dismissNotice();
}

/** Takes the notice off the screen. */
export function dismissNotice(): void {
  clearTimeout(clearing);
  notice.value = undefined;
}
