import { utcStamp } from '../../ui/time';
import { ltr, Ltr } from '../../ui/ltr';
import { isUnlocked } from '../cases/call_guard';
import { callGuard } from '../call';
import { i18n, words } from '../i18n';
import type { CaseSummary, PersonBrief, PhoneNumber } from '../wire';

/** The person in danger, how to reach them, and who reported. */
export function PersonPart({ one, phones }: { one: CaseSummary; phones: readonly PhoneNumber[] }) {
  const { detail } = words();
  return (
    <section class="part" aria-labelledby="part-person">
      <h3 id="part-person">{detail.phones}</h3>
      <Numbers one={one} phones={phones} />
      <dl>
        <Brief person={one.subject} />
        {one.reporter != null && (
          <>
            <dt>{detail.reporter}</dt>
            <dd>
              <bdi>
                {[one.reporter.name, one.reporter.organisation, one.reporter.duty_station].filter((part) => part != null).join(' · ')}
              </bdi>
            </dd>
          </>
        )}
      </dl>
    </section>
  );
}

function Brief({ person }: { person: PersonBrief }) {
  const { detail } = words();
  const languages = person.languages ?? [];
  return (
    <>
      {person.call_sign != null && (
        <>
          <dt>{detail.callSign}</dt>
          <dd>
            <Ltr>{person.call_sign}</Ltr>
          </dd>
        </>
      )}
      {languages.length > 0 && (
        <>
          <dt>{detail.languages}</dt>
          <dd>{listOf(languages.map((tag) => languageName(tag, i18n.language.value)), i18n.language.value)}</dd>
        </>
      )}
    </>
  );
}

function listOf(parts: string[], shownIn: string): string {
  return new Intl.ListFormat(shownIn, { type: 'unit' }).format(parts);
}

function languageName(tag: string, shownIn: string): string {
  try {
    return new Intl.DisplayNames([shownIn], { type: 'language' }).of(tag) ?? tag;
  } catch {
    // A tag that is none: shown as it came.
    return tag;
  }
}

/** The numbers as text; to dial, the guard comes first, and while they hide the digits stay out of sight. */
function Numbers({ one, phones }: { one: CaseSummary; phones: readonly PhoneNumber[] }) {
  const { detail, terms } = words();
  if (phones.length === 0) return <p class="muted">{detail.noPhones}</p>;
  if (one.facts.can_talk === 'no' && !isUnlocked(callGuard.value, one)) return <p class="bad">{detail.phonesHidden}</p>;
  return (
    <ul class="numbers">
      {phones.map(({ number, kind, verified_at }) => (
        <li key={number}>
          <Ltr>{number}</Ltr>{' '}
          <span class="muted">
            {(terms.phoneKind as Partial<Record<string, string>>)[kind] ?? kind}
            {verified_at != null && <> · {detail.verified(ltr(utcStamp(verified_at)))}</>}
          </span>
        </li>
      ))}
    </ul>
  );
}
