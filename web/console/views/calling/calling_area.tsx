import type { Area } from '../../areas';
import { CallingPage } from './calling_page';
import { callingWords } from './words';

/** Whom the server calls about alarms. */
export const area: Area = { Page: CallingPage, words: callingWords };
