import type { ComponentChildren } from 'preact';
import type { Wire } from '../../../api/types';
import { Ltr } from '../../../ui/ltr';
import type { Places } from '../../wire';
import { When } from '../reach/when';
import { FIELDS, standing, type PersonField } from './masking';
import { PersonLink } from './person_link';
import { peopleWords } from './words';

/** What the register holds of a person. What is not shown to the viewer says so; it is not blank. */
export function PersonFacts({ one, places }: { one: Wire['PersonDetail']; places: Places }) {
  const { one: text } = peopleWords();
  const sponsored = one.sponsored ?? [];
  return (
    <section class="panel" aria-labelledby="person-facts">
      <h3 id="person-facts">{text.facts}</h3>
      <dl class="entry-fields">
        {FIELDS.map((field) => (
          <div key={field}>
            <dt class="muted">{text.field[field]}</dt>
            <dd>
              <FieldOf field={field} one={one} places={places} />
            </dd>
          </div>
        ))}
        {sponsored.length > 0 && (
          <div>
            <dt class="muted">{text.field.sponsored}</dt>
            <dd>
              {sponsored.map((id) => (
                <p key={id}>
                  <PersonLink id={id} />
                </p>
              ))}
            </dd>
          </div>
        )}
      </dl>
    </section>
  );
}

function FieldOf({ field, one, places }: { field: PersonField; one: Wire['PersonDetail']; places: Places }) {
  const { one: text } = peopleWords();
  const stands = standing(field, one);
  if (stands === 'masked') return <em class="muted">{text.masked}</em>;
  if (stands === 'empty') return <span class="muted">{text.empty}</span>;
  return <>{valueOf(field, one, places)}</>;
}

function valueOf(field: PersonField, one: Wire['PersonDetail'], places: Places): ComponentChildren {
  const { one: text, edit } = peopleWords();
  switch (field) {
    case 'languages':
      return <Ltr>{(one.languages ?? []).join(' ')}</Ltr>;
    case 'zone':
      return <bdi>{places.zones.find(({ id }) => id === one.zone)?.name ?? one.zone}</bdi>;
    case 'present_from':
    case 'present_until':
      return <When at={one[field] ?? ''} />;
    case 'fallback':
      return (
        <>
          <bdi>{one.fallback?.name}</bdi>{' '}
          <a href={`tel:${one.fallback?.number}`}>
            <Ltr>{one.fallback?.number}</Ltr>
          </a>
        </>
      );
    case 'passport':
      return (
        <>
          <Ltr>
            {one.passport?.country} {one.passport?.number}
          </Ltr>
          {one.passport?.expires != null && (
            <>
              , {text.expires} <Ltr>{one.passport.expires}</Ltr>
            </>
          )}
        </>
      );
    case 'medical':
      return (
        <>
          {one.medical?.blood_group != null && (
            <p>
              {edit.blood}: <Ltr>{one.medical.blood_group}</Ltr>
            </p>
          )}
          {one.medical?.allergies != null && (
            <p>
              {edit.allergies}: <bdi>{one.medical.allergies}</bdi>
            </p>
          )}
          {one.medical?.notes != null && <p dir="auto">{one.medical.notes}</p>}
        </>
      );
    case 'sponsor':
    case 'supervisor':
      return <PersonLink id={one[field] ?? ''} />;
    default:
      return <bdi>{one[field]}</bdi>;
  }
}
