import type { ComponentChildren } from 'preact';
import type { Wire } from '../../api/types';
import { ageWords } from '../../ui/time';
import { Ltr } from '../../ui/ltr';
import { language } from '../language';
import { linkTo } from '../route';
import { Icon } from '../screens/icons';
import { Say } from '../screens/say';
import { stamp } from '../stamp';
import { entryWords } from './entry_words';
import { chosenNumber } from './number_page';
import { PlaceNow } from './place_now';
import { ReadingLine } from './reading_line';
import { shownEntry, shownNow } from './the_entry';
import { Zone } from './zone';

/** What the register says of the person, and the way to what they may change. */
export function ProfilePage() {
  const words = entryWords();
  const profile = shownEntry.value?.profile;
  return (
    <main>
      <h1>{words.title}</h1>
      <ReadingLine />
      {profile && (
        <>
          <section class="card" aria-labelledby="place-now">
            <h2 id="place-now">
              <Icon glyph="pin" /> {words.place.title}
            </h2>
            <PlaceNow profile={profile} />
            <a class="wide" href={linkTo('place')}>
              {words.place.change}
            </a>
          </section>
          <Numbers phones={profile.phones} />
          <Zone profile={profile} />
          <About profile={profile} />
        </>
      )}
    </main>
  );
}

function Numbers({ phones }: { phones: readonly Wire['OwnNumber'][] }) {
  const words = entryWords().numbers;
  return (
    <section class="card" aria-labelledby="numbers">
      <h2 id="numbers">
        <Icon glyph="calls" /> {words.title}
      </h2>
      {phones.length === 0 && <p class="warned">{words.none}</p>}
      <ul class="entries">
        {phones.map((phone) => (
          <li key={phone.id ?? phone.number}>
            <NumberLine phone={phone} />
            {phone.id && (
              <a
                class={`wide ${phone.verified_at ? 'quiet' : ''}`}
                href={linkTo('number')}
                aria-label={`${phone.verified_at ? words.proveAgain : words.prove} ${phone.number}`}
                onClick={() => (chosenNumber.value = phone.id ?? undefined)}
              >
                {phone.verified_at ? words.proveAgain : words.prove}
              </a>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** A number, and whether it was ever proven to reach the person. */
export function NumberLine({ phone }: { phone: Wire['OwnNumber'] }) {
  const words = entryWords().numbers;
  const kinds: Record<string, string> = words.kinds;
  return (
    <>
      <p class="entry-number">
        <span class="num">
          <Ltr>{phone.number}</Ltr>
        </span>
        <span class="note">{kinds[phone.kind] ?? phone.kind}</span>
      </p>
      <Standing phone={phone} />
    </>
  );
}

function Standing({ phone }: { phone: Wire['OwnNumber'] }) {
  const words = entryWords().numbers;
  const now = shownNow();
  const { verified_at: at, verified_basis: basis } = phone;
  const waits = phone.code_expires != null && Date.parse(phone.code_expires) > now;
  if (!at) {
    return (
      <p class="standing warned">
        <Icon glyph="alert" /> {words.unproven}
        {waits && <>. {words.waiting}</>}
      </p>
    );
  }
  const how = basis === 'code' ? words.byCode : basis === 'called' ? words.byCall : '';
  const values = { time: stamp(at, now), age: ageWords(now - Date.parse(at), language.language.value) };
  return (
    <p class="standing proven">
      <Icon glyph="tick" />
      <span>
        <Say text={words.proven} values={values} /> {how}
      </span>
    </p>
  );
}

function About({ profile }: { profile: Wire['Profile'] }) {
  const words = entryWords();
  const shown = language.language.value;
  return (
    <section class="card" aria-labelledby="about">
      <h2 id="about">
        <Icon glyph="entry" /> {words.about}
      </h2>
      <p class="entry-name">
        <bdi>{profile.name}</bdi>
      </p>
      <dl>
        <Line term={words.kind}>{words.kinds[profile.kind]}</Line>
        <Line term={words.organisation}>{profile.organisation}</Line>
        <Line term={words.office}>{profile.office}</Line>
        <Line term={words.station}>{profile.duty_station}</Line>
        <Line term={words.job}>{profile.job_title}</Line>
        <Line term={words.callSign}>{profile.call_sign}</Line>
        <Line term={words.email}>{profile.email}</Line>
        <Line term={words.languages}>{profile.languages.map((tag) => languageName(tag, shown)).join(', ')}</Line>
        <Line term={words.residence}>{profile.residence}</Line>
        <Line term={words.hotel}>{profile.hotel}</Line>
        {profile.fallback && (
          <>
            <dt>{words.fallback}</dt>
            <dd>
              <bdi>{profile.fallback.name}</bdi> <Ltr>{profile.fallback.number}</Ltr>
            </dd>
          </>
        )}
      </dl>
      <p class="note">{words.correct}</p>
    </section>
  );
}

function Line({ term, children }: { term: string; children: ComponentChildren }) {
  if (!children) return null;
  return (
    <>
      <dt>{term}</dt>
      <dd>
        <bdi>{children}</bdi>
      </dd>
    </>
  );
}

function languageName(tag: string, shown: string): string {
  try {
    return new Intl.DisplayNames([shown], { type: 'language' }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}
