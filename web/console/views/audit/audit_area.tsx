import type { Area } from '../../areas';
import { AuditPage } from './audit_page';
import { auditWords } from './words';

/** The log of what was done. */
export const area: Area = { Page: AuditPage, words: auditWords };
