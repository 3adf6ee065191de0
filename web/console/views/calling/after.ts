import { num } from '../../i18n';
import { callingWords } from './words';

/** How long after an alarm: seconds, as they are entered; a stamp such as 4:00 would read as a time of day. */
export function afterWords(seconds: number): string {
  const { who: text } = callingWords();
  return seconds === 0 ? text.atOnce : text.seconds(num(seconds));
}
