import type { Area } from '../../areas';
import { AuditPage } from './audit_page';
import { together } from '../../area_words';
import { roleWords } from '../roles/words';
import { auditWords } from './words';

/** The log of what was done. */
export const area: Area = { Page: AuditPage, words: together(auditWords, roleWords) };
