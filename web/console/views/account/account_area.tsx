import type { Area } from '../../areas';
import { together } from '../../area_words';
import { roleWords } from '../roles/words';
import { AccountPage } from './account_page';
import { accountWords } from './words';

/** One's own account: code generator, sessions, rights. */
export const area: Area = { Page: AccountPage, words: together(accountWords, roleWords) };
