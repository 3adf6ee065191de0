/** The files the service worker keeps, and a version that changes exactly when one of them does. */
export interface Precache {
  version: string;
  files: { url: string; integrity: string }[];
}

export function precacheOf(dist: string): Precache;
