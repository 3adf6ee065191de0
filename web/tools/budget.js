// Fails when what a browser downloads first is larger than the budget, or a language, an area of the console or the map
// is, or all built files are.
// First load = the page, its scripts and its styles, each compressed by gzip -9.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const KB = 1024;
const dist = join(dirname(fileURLToPath(import.meta.url)), '..', 'dist');
const entries = [
  { name: 'phone', page: 'phone/index.html', limit: 45 * KB, language: 6 * KB },
  { name: 'console', page: 'console/index.html', limit: 110 * KB, language: 10 * KB },
];
const TOTAL = 1.5 * KB * KB;

const packed = (path) => gzipSync(readFileSync(join(dist, path)), { level: 9 }).length;

/** The scripts and styles a page names, and the scripts those import before they run. */
function firstLoad(page) {
  const found = new Set([page]);
  const html = readFileSync(join(dist, page), 'utf8');
  for (const [, path] of html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"/g)) found.add(path);
  for (const path of found) {
    if (!path.endsWith('.js')) continue;
    const code = readFileSync(join(dist, path), 'utf8');
    for (const [, name] of code.matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g)) found.add(`assets/${name}`);
  }
  return [...found];
}

function total(folder) {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, item) => {
    const path = join(folder, item.name);
    return sum + (item.isDirectory() ? total(path) : statSync(path).size);
  }, 0);
}

/** The map's world and an area of the console have limits of their own; everything else is as small as a language. */
function limitOf(file, language) {
  if (/-world\.js$/.test(file)) return 95 * KB;
  return /_area\.js$/.test(file) ? 20 * KB : language;
}

const rows = [];
for (const { name, page, limit, language } of entries) {
  const files = firstLoad(page);
  rows.push({ what: `${name} first load, gz`, bytes: files.reduce((sum, path) => sum + packed(path), 0), limit });
  const lazy = readdirSync(join(dist, 'assets')).filter(
    (file) => file.startsWith(`${name}-`) && file.endsWith('.js') && !files.includes(`assets/${file}`),
  );
  for (const file of lazy) rows.push({ what: `${name} later: ${file}, gz`, bytes: packed(`assets/${file}`), limit: limitOf(file, language) });
}
rows.push({ what: 'all built files, raw', bytes: total(dist), limit: TOTAL });

for (const { what, bytes, limit } of rows) {
  const verdict = bytes <= limit ? 'ok' : 'OVER';
  console.log(`${verdict.padEnd(5)}${what.padEnd(44)}${(bytes / KB).toFixed(1)} KB of ${(limit / KB).toFixed(0)} KB`);
}
if (rows.some(({ bytes, limit }) => bytes > limit)) process.exit(1);
