/** Why this phone may read nothing any more: it was revoked, or its owner's office was seized. */
export type Withdrawn = 'device_revoked' | 'office_seized';

/** What a refusal of the server says that this phone acts upon. */
export interface Refused {
  code?: string;
  serverTime?: string;
}

/** Whether a code takes this phone's right to read away. */
export function isWithdrawn(code: unknown): code is Withdrawn {
  return code === 'device_revoked' || code === 'office_seized';
}

/** What a problem document says; nothing of anything else. */
export function refusedBy(body: unknown): Refused {
  const { code, server_time: serverTime } = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  return {
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof serverTime === 'string' ? { serverTime } : {}),
  };
}
