import { describe, expect, it } from 'vitest';
import openapi from '../../../../mobile-api-spec/openapi.json?raw';
import type { Notice } from '../../wire';
import { roles as arRoles } from '../roles/ar_roles';
import { roles as enRoles } from '../roles/en_roles';
import { audit as ar } from './ar_audit';
import { audit as en } from './en_audit';
import { DEEDS, read } from './phrases';
import { sentenceOf, type Speech } from './sentence';

const country = (code: string): string => ({ KE: 'Kenya', UG: 'Uganda' })[code] ?? code;
const english: Speech = { text: en, roles: enRoles, country };
const arabic: Speech = { text: ar, roles: arRoles, country: () => 'كينيا' };

const schemas = (JSON.parse(openapi) as { components: { schemas: Record<'Deed' | 'RevokeCause', { enum: string[] }> } }).components.schemas;

/** Every deed that the interface has. */
const deeds = schemas.Deed.enum;

/** The server's own sources by path, without its tests. */
const sources = Object.entries(import.meta.glob<string>('../../../../server/src/**/*.rs', { query: '?raw', import: 'default', eager: true }))
  .filter(([path]) => !/\/tests(\/|\.rs)/.test(path))
  .map(([path, text]) => [path, text.split('#[cfg(test)]')[0] ?? ''] as const);

/** A deed's name as the interface has it. */
const wireName = (name: string): string => name.replace(/(?!^)[A-Z]/g, '_$&').toLowerCase();

/** The first deed that a source names after a place in it. */
const nextDeed = (text: string, from: number): string[] => [...text.slice(from).matchAll(/\bDeed::([A-Z]\w+)/g)].slice(0, 1).map(([, name]) => name ?? '');

/** The deed under which the `note` of a source, or else that of its folder, puts the words that it is given. */
function deedOfNote(path: string, text: string): string[] {
  const own = text.search(/\bfn note\(/);
  if (own >= 0) return nextDeed(text, own);
  const folder = sources.find(([other]) => other === path.replace(/[^/]+$/, 'service.rs'))?.[1] ?? '';
  const shared = folder.search(/\bfn note\(/);
  return shared < 0 ? [] : nextDeed(folder, shared);
}

/** The deeds with the words with which the server notes them, with what it fills in as it would be. */
function phrases(): [deed: string, what: string][] {
  const filled: Record<string, string> = { role: 'warden', kind: 'zone', name: 'Westlands', done: 'changed', how: 'by name', 'by.name': 'HR', device: 'd-1', id: 'd-1' };
  const fill = (text: string): string => text.replace(/\{(.*?)\}/g, (_, name: string) => filled[name.replace('token.name', 'name')] ?? '3').replace(/ of 3, for/, ' of KE, for');
  const words = String.raw`(?:format!\(\s*)?"([^"]+)"`;
  const forms: [RegExp, (path: string, text: string, at: number) => string[]][] = [
    [new RegExp(String.raw`Act::new\(\s*Deed::\w+,\s*${words}`, 'g'), (_, text, at) => nextDeed(text, at)],
    // Where the deed is chosen, the words go with each that is named there.
    [new RegExp(String.raw`Act::new\(\s*deed,\s*${words}`, 'g'), (_, text) => [...text.matchAll(/\bDeed::([A-Z]\w+)/g)].map(([, name]) => name ?? '')],
    [new RegExp(String.raw`\bnote\(\s*tx,\s*(?:[&\w.]+,\s*)+${words}`, 'g'), deedOfNote],
    [new RegExp(String.raw`\bnote\(tx, &?by, record, Deed::\w+, ${words}`, 'g'), (_, text, at) => nextDeed(text, at)],
    [new RegExp(String.raw`let what =\s*${words}`, 'g'), (_, text, at) => nextDeed(text, at)],
    [/let what = if .+? \{ "([^"]+)" \} else \{ "([^"]+)" \}/g, (_, text, at) => nextDeed(text, at)],
  ];
  const found = sources.flatMap(([path, text]) => {
    if (!text.includes('Deed::') && !/\bnote\(\s*tx/.test(text)) return [];
    return forms.flatMap(([form, deedsOf]) =>
      [...text.matchAll(form)].flatMap((match) => {
        const said = match.slice(1).filter((one) => one !== undefined);
        return said.flatMap((one) => [...new Set(deedsOf(path, text, match.index))].map((deed): [string, string] => [wireName(deed), fill(one)]));
      }),
    );
  });
  return found;
}

const notice = (part: Partial<Notice>): Notice => ({
  id: 'n',
  deed: 'role_granted',
  actor: { id: 'a', name: 'Awa Diallo', kind: 'console' },
  at: '2026-11-22T10:00:00Z',
  loud: false,
  what: '',
  ...part,
});
const about = (kind: 'person' | 'zone', name: string) => ({ notice: 'n', kind, name, scopes: [] });
const plain = (text: string): string => text.replace(/[\u2066-\u2069]/g, '');
const CODE = /\b[a-z]+_[a-z_]+\b|undefined|\{|\}/;

describe('the log of what was done', () => {
  it('has sentences for every deed that there is', () => {
    expect([...DEEDS].sort()).toEqual([...deeds].sort());
  });

  it('has a sentence for everything that the server notes, under the deed under which it notes it', () => {
    const all = phrases();
    expect(all.length).toBeGreaterThan(55);
    expect(all.filter(([deed, what]) => !deeds.includes(deed) || !read(deed, what))).toEqual([]);
    expect(all).toContainEqual(['token_unheld', 'a token ended that nobody took over within seven days: Westlands']);
    expect(all).toContainEqual(['place_changed', 'A duty station was ended']);
    expect(all).toContainEqual(['office_restored', 'office Westlands']);
  });

  it('says who did what to whom, in words and without codes, in each language', () => {
    for (const [deed, what] of phrases()) {
      for (const speech of [english, arabic]) {
        const said = plain(sentenceOf(notice({ deed: deed as Notice['deed'], what }), about('person', 'Juma Njeri'), speech));
        expect(said, `${deed}: ${what}`).not.toMatch(CODE);
        expect(said).toMatch(/\.$/);
        expect(said).not.toContain('d-1');
      }
    }
  });

  it('says why a phone was revoked, in each language, where the server does', () => {
    for (const speech of [english, arabic]) {
      const say = (what: string): string => plain(sentenceOf(notice({ deed: 'device_revoked', what }), about('person', 'Juma Njeri'), speech));
      const said = ['device 0199-77', ...schemas.RevokeCause.enum.map((cause) => `device 0199-77: ${cause}`)].map(say);
      expect(said).toHaveLength(5);
      expect(new Set(said).size).toBe(said.length);
      for (const one of said) expect(one).not.toMatch(/0199/);
    }
    const stolen = notice({ deed: 'device_revoked', what: 'device 0199-77: stolen' });
    expect(plain(sentenceOf(stolen, about('person', 'Juma Njeri'), english))).toBe('Awa Diallo revoked a phone of Juma Njeri: it was stolen.');
  });

  it('names the person, the role and the place', () => {
    const granted = notice({ what: 'field_security_officer over office Kenya office' });
    expect(plain(sentenceOf(granted, about('person', 'Juma Njeri'), english))).toBe(
      'Awa Diallo granted Juma Njeri the role Field security officer over “Kenya office” (Country office).',
    );
    const unsealed = notice({ deed: 'names_unsealed', what: 'names of KE, for 3 of the team' });
    expect(plain(sentenceOf(unsealed, undefined, english))).toContain('in Kenya');
    const zone = notice({ deed: 'place_changed', what: 'A warden zone in KE was entered' });
    expect(plain(sentenceOf(zone, about('zone', 'Westlands'), english))).toBe('Awa Diallo entered the warden zone “Westlands” in Kenya.');
  });

  it('says so where a name is not for the reader, and where another system did it', () => {
    const revoked = notice({ deed: 'device_revoked', what: 'device 0199-77', actor: { id: 't', name: 'HR', kind: 'system' } });
    expect(plain(sentenceOf(revoked, undefined, english))).toBe('Another system, HR, revoked a phone of somebody (name not shown to you).');
  });

  it('has words for a deed of a newer server', () => {
    const said = plain(sentenceOf(notice({ deed: 'moon_moved' as Notice['deed'], what: 'x_y' }), undefined, english));
    expect(said).not.toMatch(CODE);
    expect(said).toContain('Awa Diallo');
  });
});
