import { signal } from '@preact/signals';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Wire } from '../../api/types';
import { Ltr } from '../../ui/ltr';
import { language } from '../language';
import { linkTo } from '../route';
import { Icon } from '../screens/icons';
import { Say } from '../screens/say';
import { stamp } from '../stamp';
import { app } from '../the_app';
import { entryWords } from './entry_words';
import { NumberLine } from './profile_page';
import { CODE_DIGITS, Proving, type Say as Told } from './proving';
import { ReadingLine } from './reading_line';
import { client } from './server';
import { entry, shownEntry } from './the_entry';

/** The number that the person wants to prove. */
export const chosenNumber = signal<string | undefined>(undefined);

type Own = Wire['OwnNumber'];

/** The chosen one; after a reload, in the middle of a call, the one whose code was asked for, then one that is not proven. */
function presentOf(phones: readonly Own[]): Own | undefined {
  const asked = phones.find(({ code_expires: until }) => until != null && Date.parse(until) > app.clock.now());
  return phones.find(({ id }) => id === chosenNumber.value) ?? asked ?? phones.find(({ verified_at: at }) => !at) ?? phones[0];
}

/** Proves one of the person's own numbers. */
export function NumberPage() {
  const words = entryWords();
  const phones = (shownEntry.value?.profile.phones ?? []).filter(({ id }) => id != null);
  const present = presentOf(phones);
  return (
    <main>
      <h1>{words.prove.title}</h1>
      {entry.reading.value !== 'read' && <ReadingLine />}
      {phones.length > 1 && (
        <fieldset>
          <legend>{words.prove.which}</legend>
          <div class="options numbers">
            {phones.map(({ id, number }) => (
              <button
                key={id}
                type="button"
                class="option"
                aria-pressed={id === present?.id}
                onClick={() => (chosenNumber.value = id ?? undefined)}
              >
                <Ltr>{number}</Ltr>
              </button>
            ))}
          </div>
        </fieldset>
      )}
      {present?.id && <Prove key={present.id} phone={present} id={present.id} />}
      {shownEntry.value && phones.length === 0 && <p class="warned">{words.numbers.none}</p>}
      <a class="row" href={linkTo('entry')}>
        <Icon glyph="entry" />
        <span>{words.back}</span>
      </a>
    </main>
  );
}

/** What is under way for each number, so that a look at another page loses nothing. */
const underWay = new Map<string, Proving>();

function provingOf(id: string): Proving {
  const known = underWay.get(id);
  if (known) return known;
  const change = (to: (own: Own) => Own): void => {
    const phones = shownEntry.peek()?.profile.phones ?? [];
    entry.change({ phones: phones.map((one) => (one.id === id ? to(one) : one)) });
  };
  const made = new Proving(
    {
      client,
      now: () => app.clock.now(),
      asked: (expires) => change((own) => ({ ...own, code_expires: expires })),
      proven: (number) => change(() => number),
    },
    id,
  );
  underWay.set(id, made);
  return made;
}

/** Draws the page again every second while a code is running, so that its end shows. */
function useSeconds(on: boolean): void {
  const [, redraw] = useState(0);
  useEffect(() => {
    if (!on) return undefined;
    const timer = setInterval(() => redraw((times) => times + 1), 1_000);
    return () => clearInterval(timer);
  }, [on]);
}

function Prove({ phone, id }: { phone: Own; id: string }) {
  const words = entryWords().prove;
  const proving = useMemo(() => provingOf(id), [id]);
  useEffect(() => proving.takeUp(phone.code_expires), [proving, phone.code_expires]);
  // The one that is being proven stays on the screen, whatever becomes of it.
  const stay = (): void => void (chosenNumber.value = id);
  const [typed, setTyped] = useState('');
  const running = proving.running.value;
  useSeconds(running !== undefined);
  const stands = proving.stands;
  const busy = proving.busy.value;
  const time = running ? stamp(running.expires, app.clock.now()) : undefined;
  const values = { number: phone.number, time };
  return (
    <section class="card" aria-label={phone.number}>
      <NumberLine phone={phone} />
      <p class="note">
        <Say text={words.why} values={values} />
      </p>
      {stands === 'none' && (
        <p>
          <Say text={words.how} values={values} />
        </p>
      )}
      {stands === 'works' && (
        <p role="status" class="answered">
          <Say text={words.asked} values={values} />
        </p>
      )}
      <Tell proving={proving} number={phone.number} />
      {stands === 'used' && (
        <p class="warned">
          <Say text={words.usedUntil} values={values} />
        </p>
      )}
      {stands === 'over' && proving.said.value?.says !== 'expired' && <p class="warned">{words.over}</p>}
      {stands === 'works' && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            stay();
            void proving.type(typed);
          }}
        >
          <label>
            <span>{words.code}</span>
            <input
              type="text"
              dir="ltr"
              class="code num"
              inputMode="numeric"
              autoComplete="one-time-code"
              // Room for the spaces that people put between digits.
              maxLength={CODE_DIGITS * 2}
              value={typed}
              onInput={(event) => setTyped(event.currentTarget.value)}
            />
          </label>
          <button type="submit" class="wide primary" disabled={busy}>
            {busy ? words.busy : words.send}
          </button>
        </form>
      )}
      {(stands === 'none' || stands === 'over') && <Ask proving={proving} again={stands === 'over'} onAsk={stay} />}
    </section>
  );
}

/** Nobody is made to call a phone whose owner may be hiding. */
function Ask({ proving, again, onAsk }: { proving: Proving; again: boolean; onAsk: () => void }) {
  const words = entryWords().prove;
  const busy = proving.busy.value;
  if (app.active.value) {
    return (
      <p class="warned">
        <Icon glyph="silent" /> {words.alarm}
      </p>
    );
  }
  return (
    <button
      type="button"
      class="wide primary"
      disabled={busy}
      onClick={() => {
        onAsk();
        void proving.ask();
      }}
    >
      {busy ? words.busy : again ? words.askAgain : words.ask}
    </button>
  );
}

function Tell({ proving, number }: { proving: Proving; number: string }) {
  const words = entryWords().prove;
  const told = proving.said.value;
  if (told?.says === 'proven') {
    return (
      <p role="status" class="answered">
        <Icon glyph="tick" /> <span><Say text={words.says.proven} values={{ number }} /></span>
      </p>
    );
  }
  const tries = told?.says === 'wrong' ? told.tries : undefined;
  return (
    <p role="alert" class="warned">
      {told && <Say text={textOf(told, words.says)} values={{ detail: told.says === 'refused' ? told.detail : undefined }} />}
      {tries !== undefined && <Say text={` ${words.triesLeft}`} values={{ n: language.number.value.format(tries) }} />}
    </p>
  );
}

function textOf(told: Exclude<Told, { says: 'proven' }>, says: ReturnType<typeof entryWords>['prove']['says']): string {
  switch (told.says) {
    case 'wrong':
      return told.tries === undefined ? says.wrongMaybe : says.wrong;
    case 'unreached':
      return told.of === 'ask' ? says.unreachedAsk : says.unreachedCode;
    default:
      return says[told.says];
  }
}
