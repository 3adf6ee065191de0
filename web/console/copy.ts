import { copyText } from '../ui/platform';
import { words } from './i18n';
import { tell } from './notice';

/** Puts a text on the clipboard, and says whether it is there. */
export async function copyAndTell(text: string): Promise<void> {
  if (await copyText(text)) tell('good', () => words().copied);
  else tell('bad', () => words().copyFailed);
}
