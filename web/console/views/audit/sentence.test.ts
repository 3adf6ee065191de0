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

/** Every deed that the interface has. */
const deeds = (JSON.parse(openapi) as { components: { schemas: { Deed: { enum: string[] } } } }).components.schemas.Deed.enum;

/** The server's own sources, without its tests. */
const sources = Object.entries(import.meta.glob<string>('../../../../server/src/**/*.rs', { query: '?raw', import: 'default', eager: true }))
  .filter(([path]) => !/\/tests(\/|\.rs)/.test(path))
  .map(([, text]) => text.split('#[cfg(test)]')[0] ?? '');

/** The words with which the server notes deeds, with what it fills in as it would be. */
function phrases(): string[] {
  const filled: Record<string, string> = { role: 'warden', kind: 'zone', name: 'Westlands', done: 'changed', how: 'by name', 'by.name': 'HR', device: 'd-1', id: 'd-1' };
  const fill = (text: string): string => text.replace(/\{(.*?)\}/g, (_, name: string) => filled[name] ?? '3').replace(/ of 3, for/, ' of KE, for');
  const forms = [
    /Act::new\(\s*Deed::\w+,\s*(?:format!\(\s*)?"([^"]+)"/g,
    /\bnote\(\s*tx,\s*(?:[&\w.]+,\s*)+(?:format!\(\s*)?"([^"]+)"/g,
    /let what =\s*(?:format!\(\s*)?"([^"]+)"/g,
    /let what = if .+? \{ "([^"]+)" \} else \{ "([^"]+)" \}/g,
    /note\(tx, &?by, record, Deed::\w+, "([^"]+)"/g,
  ];
  const found = sources.flatMap((text) => {
    if (!text.includes('Deed::') && !/\bnote\(\s*tx/.test(text)) return [];
    return forms.flatMap((form) => [...text.matchAll(form)].flatMap(([, ...words]) => words.filter((one) => one !== undefined)));
  });
  return found.map(fill);
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

  it('has a sentence for everything that the server notes', () => {
    const all = phrases();
    expect(all.length).toBeGreaterThan(45);
    const unknown = all.filter((what) => !deeds.some((deed) => read(deed, what)));
    expect(unknown).toEqual([]);
  });

  it('says who did what to whom, in words and without codes, in each language', () => {
    for (const what of phrases()) {
      const deed = deeds.find((one) => read(one, what)) as Notice['deed'];
      for (const speech of [english, arabic]) {
        const said = plain(sentenceOf(notice({ deed, what }), about('person', 'Juma Njeri'), speech));
        expect(said, `${deed}: ${what}`).not.toMatch(CODE);
        expect(said).toMatch(/\.$/);
        expect(said).not.toContain('d-1');
      }
    }
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
