import type { Wire } from '../../../api/types';
import type { Notice } from '../../wire';
import type { RoleWords } from '../roles/en_roles';
import type { AuditWords } from './en_audit';
import { read } from './phrases';

/** What a sentence is made with. */
export interface Speech {
  text: AuditWords;
  roles: RoleWords;
  /** A country's name by its code. */
  country: (code: string) => string;
}

/** A name inside a sentence of any direction: held together by Unicode's isolates. */
const apart = (name: string): string => `\u2068${name}\u2069`;

/** What was done, as a sentence: who, what, to whom or which place. */
export function sentenceOf(notice: Notice, about: Wire['NoticeAbout'] | undefined, speech: Speech): string {
  const { text } = speech;
  const who = doerOf(notice, text);
  const phrase = read(notice.deed, notice.what);
  const whom = about?.kind === 'person' && about.name != null ? apart(about.name) : text.somebody;
  const it = about?.kind !== 'person' && about?.name != null ? text.quoted(apart(about.name)) : '';
  if (!phrase) {
    // A newer server knows deeds that this page does not.
    return text.other(who, (text.deed as Partial<Record<string, string>>)[notice.deed] ?? text.unknownDeed);
  }
  const { parts } = phrase;
  const number = (name: string): number => Number(parts[name] ?? 0);
  const said = text.act[phrase.act]({
    who,
    whom,
    it: it === '' && parts['name'] !== undefined && parts['area'] === undefined ? text.quoted(apart(parts['name'])) : it,
    role: roleOf(parts['role'], speech),
    place: placeOf(parts, speech),
    grade: parts['grade'] ?? '',
    n: number('n'),
    entered: number('entered'),
    changed: number('changed'),
    back: number('back'),
    left: number('left'),
    went: number('went'),
  });
  return said.replace(/ {2,}/g, ' ').replace(/ ([.,:;])/g, '$1');
}

function doerOf({ actor }: Notice, text: AuditWords): string {
  if (actor.kind !== 'system') return apart(actor.name);
  return actor.id == null ? text.system : text.otherSystem(apart(actor.name));
}

function roleOf(role: string | undefined, { roles, text }: Speech): string {
  return (roles.role as Partial<Record<string, string>>)[role ?? ''] ?? text.aRole;
}

/** Where a grant counts, or the country that the words name. */
function placeOf({ area, name, country }: Partial<Record<string, string>>, { roles, text, country: countryName }: Speech): string {
  if (area === 'installation') return text.wholeInstallation;
  if (area === 'country' && name !== undefined) return countryName(name);
  if (area !== undefined) {
    const kind = (roles.kind as Partial<Record<string, string>>)[area] ?? '';
    return name === undefined ? kind : `${text.quoted(apart(name))} (${kind})`;
  }
  return country === undefined || country === '' ? '' : countryName(country);
}
