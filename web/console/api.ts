import { cases } from './api/cases';
import { search } from './api/search';
import { session } from './api/session';

export { isSignedOut, whenSignedOut } from './api/client';
export type { CaseAct, CaseActBody } from './api/cases';

/** What the queue and the sign-in ask for. An area's own requests stand in `api/`, beside its noun, and load with it. */
export const api = { ...cases, ...session, ...search };
