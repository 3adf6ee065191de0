import type { Area } from '../../areas';
import { together } from '../../area_words';
import { roleWords } from '../roles/words';
import { AccountPage } from './account_page';
import { SecondFactor } from './second_factor';
import { accountWords } from './words';

/** One's own account: code generator, password, sessions, rights. */
export const area: Area = { Page: AccountPage, Setup: SecondFactor, words: together(accountWords, roleWords) };
