import type { components } from './schema';

/** Every type that travels, by the name it has in the API document. */
export type Wire = components['schemas'];

/** An error as the server tells it. */
export type Problem = Wire['Problem'];
/** The stable code of an error: what a client decides by. */
export type Code = Wire['Code'];
