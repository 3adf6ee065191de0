// What the service worker keeps, read from the built files: every file of the phone app with its hash.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Lists the built phone app in `dist`: `version` changes exactly when a file does. */
export function precacheOf(dist) {
  const assets = readdirSync(join(dist, 'assets')).filter((name) => name.startsWith('phone'));
  const own = readdirSync(join(dist, 'phone')).filter((name) => name !== 'sw.js');
  const paths = [...assets.map((name) => `assets/${name}`), ...own.map((name) => `phone/${name}`)].sort();
  const files = paths.map((path) => ({
    url: path === 'phone/index.html' ? '/phone' : `/${path}`,
    integrity: `sha256-${createHash('sha256').update(readFileSync(join(dist, path))).digest('base64')}`,
  }));
  const version = createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 16);
  return { version, files };
}
