import { signal } from '@preact/signals';
import type { Unlocked } from './cases/call_guard';

/** The case whose numbers may be rung, after the guard's questions. */
export const callGuard = signal<Unlocked | undefined>(undefined);
