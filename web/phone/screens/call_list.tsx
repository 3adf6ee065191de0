import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Wire } from '../../api/types';
import { Ltr } from '../../ui/ltr';
import { OWN } from '../about';
import { countryOf, inCallingOrder, smsLink, smsText, telLink, textable, type Talk } from '../calls';
import { language } from '../language';
import type { Alarm } from '../progress';
import { app } from '../the_app';
import { Icon } from './icons';
import { Say } from './say';

type Contact = Wire['Contact'];

/**
 * Call and text links, from what this phone has kept. Unless the person has said that they may be heard, texts come first
 * and calls only under a warning; while they hide, the numbers to call are locked away.
 */
export function CallList({ alarm }: { alarm: Alarm | undefined }) {
  const words = language.words.value.calls;
  const { contacts, me } = app.near.value;
  const talk = app.talk.value;
  if (contacts.length === 0) return <p class="calls">{words.none}</p>;
  const texts = textable(contacts);
  const about = alarm?.about ?? OWN;
  const text = smsText({ name: me?.name ?? '', reference: alarm?.held?.case.reference, about, talk });
  const notes = texts.length > 0 && (
    <p class="note">
      {words.smsNote} {talk !== 'free' && words.smsQuiet}
    </p>
  );
  if (talk === 'free') {
    return (
      <div class="calls">
        <ul>
          {inCallingOrder(contacts).map((contact) => (
            <Entry key={contact.kind + contact.number} contact={contact}>
              <CallLink contact={contact} main />
              {contact.sms && <TextLink contact={contact} text={text} />}
            </Entry>
          ))}
        </ul>
        {notes}
      </div>
    );
  }
  return (
    <div class="calls">
      {texts.length > 0 && (
        <ul>
          {texts.map((contact) => (
            <Entry key={contact.kind + contact.number} contact={contact}>
              <TextLink contact={contact} text={text} main />
            </Entry>
          ))}
        </ul>
      )}
      {notes}
      <CallsIfSafe contacts={contacts} talk={talk} />
    </div>
  );
}

function CallsIfSafe({ contacts, talk }: { contacts: readonly Contact[]; talk: Talk }) {
  const words = language.words.value.calls;
  const [revealed, setRevealed] = useState(false);
  if (talk === 'hiding' && !revealed) {
    return (
      <>
        <p class="warned">
          <Icon glyph="silent" /> {words.hidden}
        </p>
        <button type="button" class="wide quiet" onClick={() => setRevealed(true)}>
          {words.reveal}
        </button>
      </>
    );
  }
  return (
    <>
      <p id="calls-if-safe" class="warned">
        <Icon glyph="silent" /> {words.ifSafe}
      </p>
      <ul aria-labelledby="calls-if-safe">
        {inCallingOrder(contacts).map((contact) => (
          <Entry key={contact.kind + contact.number} contact={contact}>
            <CallLink contact={contact} />
          </Entry>
        ))}
      </ul>
    </>
  );
}

function Entry({ contact, children }: { contact: Contact; children: ComponentChildren }) {
  const { kinds } = language.words.value.calls;
  const known: Record<string, string> = kinds;
  return (
    <li>
      <span class="call-kind">{known[contact.kind] ?? kinds.other}</span>
      {children}
    </li>
  );
}

function CallLink({ contact, main = false }: { contact: Contact; main?: boolean }) {
  const words = language.words.value.calls;
  const { kind, name, number } = contact;
  const country = countryOf(contact, language.language.value);
  const text = kind !== 'local_emergency' ? words.call : country ? words.callEmergencyIn : words.callEmergency;
  return (
    <a class={`wide call ${main ? 'main' : 'quiet'}`} href={telLink(number)}>
      <Icon glyph="calls" />
      <span class="call-name">
        <Say text={text} values={{ name, country }} />
      </span>
      <span class="call-number">
        <Ltr>{number}</Ltr>
      </span>
    </a>
  );
}

function TextLink({ contact, text, main = false }: { contact: Contact; text: string; main?: boolean }) {
  return (
    <a class={`wide call ${main ? 'main' : 'quiet'}`} href={smsLink(contact.number, text)}>
      <Icon glyph="text" />
      <span class="call-name">
        <Say text={language.words.value.calls.text} values={{ name: contact.name }} />
      </span>
    </a>
  );
}
