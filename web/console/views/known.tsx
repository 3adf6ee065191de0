import { num, words } from '../i18n';
import type { CaseSummary } from '../wire';

/** What is known of the danger. */
export function KnownFacts({ one }: { one: CaseSummary }) {
  const { detail, terms } = words();
  const { danger, injury, can_talk, people, place, note } = one.facts;
  const rows: [string, string, string?][] = [];
  if (danger != null) rows.push([detail.danger, terms.danger[danger]]);
  if (injury != null) rows.push([detail.injury, terms.injury[injury], injury === 'serious' ? 'bad' : undefined]);
  rows.push([detail.canTalk, terms.canTalk[can_talk ?? 'unknown'], can_talk === 'no' ? 'bad' : undefined]);
  if (people != null) rows.push([detail.people, num(people)]);
  if (place != null) rows.push([detail.place, place]);
  if (note != null) rows.push([detail.note, note]);
  return (
    <section class="part" aria-labelledby="part-known">
      <h3 id="part-known">{detail.known}</h3>
      <dl>
        {rows.map(([name, value, tone]) => (
          <>
            <dt key={`${name}-t`}>{name}</dt>
            <dd key={`${name}-d`} class={tone}>
              <bdi>{value}</bdi>
            </dd>
          </>
        ))}
      </dl>
      {rows.length === 1 && <p class="muted">{detail.nothingKnown}</p>}
    </section>
  );
}
