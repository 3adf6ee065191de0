import { useState } from 'preact/hooks';
import type { Wire } from '../../api/types';
import { Ltr } from '../../ui/ltr';
import { telLink } from '../calls';
import { language } from '../language';
import { Icon } from '../screens/icons';
import { Say } from '../screens/say';
import { app } from '../the_app';
import { entryWords } from './entry_words';

/** Who looks after the person's zone. While they may not be heard, numbers to call stand behind the same warnings as elsewhere. */
export function Zone({ profile }: { profile: Wire['Profile'] }) {
  const words = entryWords().zone;
  const { zone, wardens } = profile;
  return (
    <section class="card" aria-labelledby="zone">
      <h2 id="zone">
        <Icon glyph="colleague" /> {words.title}
      </h2>
      {!zone ? (
        <p>{words.none}</p>
      ) : (
        <p>
          <Say text={words.in} values={{ zone }} />
        </p>
      )}
      {zone && (wardens.length === 0 ? <p class="warned">{words.nobody}</p> : <Wardens wardens={wardens} />)}
    </section>
  );
}

function Wardens({ wardens }: { wardens: readonly Wire['Warden'][] }) {
  const words = language.words.value.calls;
  const talk = app.talk.value;
  const [revealed, setRevealed] = useState(false);
  const locked = talk === 'hiding' && !revealed;
  return (
    <>
      {talk !== 'free' && (
        <p class="warned">
          <Icon glyph="silent" /> {locked ? words.hidden : words.ifSafe}
        </p>
      )}
      {locked && (
        <button type="button" class="wide quiet" onClick={() => setRevealed(true)}>
          {words.reveal}
        </button>
      )}
      <ul class="entries">
        {wardens.map((warden) => (
          <OneWarden key={warden.person} warden={warden} locked={locked} />
        ))}
      </ul>
    </>
  );
}

function OneWarden({ warden, locked }: { warden: Wire['Warden']; locked: boolean }) {
  const words = entryWords().zone;
  const { rank, name, phones } = warden;
  return (
    <li>
      <p>
        <bdi class="entry-name">{name}</bdi>{' '}
        <span class="note">
          {rank === 0 ? words.warden : <Say text={words.alternate} values={{ n: language.number.value.format(rank) }} />}
        </span>
      </p>
      {phones.length === 0 && <p class="note">{words.noNumber}</p>}
      {!locked &&
        phones.map(({ id, number }) => (
          <a key={id ?? number} class="wide call quiet" href={telLink(number)}>
            <Icon glyph="calls" />
            <span class="call-name">
              <Say text={words.call} values={{ name }} />
            </span>
            <span class="call-number">
              <Ltr>{number}</Ltr>
            </span>
          </a>
        ))}
    </li>
  );
}
