import { areaWords } from '../../area_words';
import { audit } from './en_audit';

/** The words of the log of what was done. */
export const auditWords = areaWords(audit, { ar: () => import('./ar_audit').then(({ audit }) => audit) });
