import { useState } from 'preact/hooks';
import { Ltr } from '../../ui/ltr';
import { inCallingOrder, smsLink, smsText, telLink } from '../calls';
import { language } from '../language';
import { app } from '../the_app';
import { Icon } from './icons';
import { Say } from './say';

/** Call and text links, from what this phone has kept. While the person hides, a warning stands before them. */
export function CallList({ hiding, reference, colleague }: { hiding: boolean; reference?: string | undefined; colleague: string }) {
  const words = language.words.value.calls;
  const [revealed, setRevealed] = useState(false);
  const { contacts, me } = app.near.value;
  if (hiding && !revealed) {
    return (
      <div class="calls">
        <p class="warned">
          <Icon glyph="silent" /> {words.hidden}
        </p>
        <button type="button" class="wide quiet" onClick={() => setRevealed(true)}>
          {words.reveal}
        </button>
      </div>
    );
  }
  if (contacts.length === 0) return <p class="calls">{words.none}</p>;
  const text = smsText(me?.name ?? '', reference, colleague);
  const kinds: Record<string, string> = words.kinds;
  const rows = inCallingOrder(contacts);
  return (
    <div class="calls">
      <ul>
        {rows.map(({ kind, name, number, sms }) => (
          <li key={number + kind}>
            <span class="call-kind">{kinds[kind] ?? words.kinds.other}</span>
            <a class="wide call" href={telLink(number)}>
              <Icon glyph="calls" />
              <span class="call-name">
                <Say text={words.call} values={{ name }} />
              </span>
              <span class="call-number">
                <Ltr>{number}</Ltr>
              </span>
            </a>
            {sms && (
              <a class="wide quiet call" href={smsLink(number, text)}>
                <Icon glyph="text" />
                <span class="call-name">
                  <Say text={words.text} values={{ name }} />
                </span>
              </a>
            )}
          </li>
        ))}
      </ul>
      {rows.some(({ sms }) => sms) && <p class="note">{words.smsNote}</p>}
    </div>
  );
}
