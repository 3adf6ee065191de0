import { useEffect, useState } from 'preact/hooks';
import { LANGUAGE_NAMES, LANGUAGES } from '../../ui/i18n';
import { settings } from '../../ui/platform';
import { language } from '../language';
import { linkTo } from '../route';
import { app } from '../the_app';
import { Icon } from './icons';
import { WakingCard } from './waking_card';

/** Whether this phone is woken, language and vibration, and what this phone is. */
export function Settings() {
  const words = language.words.value;
  return (
    <main>
      <h1>{words.settings.title}</h1>
      <a class="row" href={linkTo('entry')}>
        <Icon glyph="entry" />
        <span>{words.entry.go}</span>
      </a>
      <WakingCard />
      <LanguageChoice />
      <section class="card">
        <Vibration />
        <p class="note">{words.settings.vibrationNote}</p>
        <p class="note">{words.settings.theme}</p>
      </section>
      <ThisPhone />
    </main>
  );
}

function LanguageChoice() {
  const words = language.words.value;
  const [failed, setFailed] = useState(false);
  return (
    <fieldset class="card">
      <legend>{words.language}</legend>
      <div class="options">
        {LANGUAGES.map((one) => (
          <button
            key={one}
            type="button"
            class="option"
            lang={one}
            aria-pressed={language.language.value === one}
            onClick={() => void language.choose(one).then((done) => setFailed(!done))}
          >
            {LANGUAGE_NAMES[one]}
          </button>
        ))}
      </div>
      <p role="status" class="warned">
        {failed ? words.settings.languageFailed : ''}
      </p>
    </fieldset>
  );
}

function Vibration() {
  const words = language.words.value.settings;
  const [on, setOn] = useState(settings.get('vibration') === 'on');
  return (
    <label class="switch">
      <input
        type="checkbox"
        checked={on}
        onChange={(event) => {
          setOn(event.currentTarget.checked);
          settings.set('vibration', event.currentTarget.checked ? 'on' : 'off');
        }}
      />
      <span>{words.vibration}</span>
    </label>
  );
}

function ThisPhone() {
  const words = language.words.value;
  const { me } = app.near.value;
  const [persisted, setPersisted] = useState<boolean | undefined>(undefined);
  useEffect(() => void app.storagePersisted().then(setPersisted), []);
  return (
    <section class="card" aria-labelledby="this-phone">
      <h2 id="this-phone">{words.settings.phone}</h2>
      {me && (
        <dl>
          <dt>{words.settings.owner}</dt>
          <dd>
            <bdi>{me.name}</bdi>
            <br />
            <bdi>{[me.organisation, me.office, me.duty_station].filter(Boolean).join(', ')}</bdi>
          </dd>
          {persisted !== undefined && (
            <>
              <dt>{words.settings.storage}</dt>
              <dd>{persisted ? words.enrol.persisted : words.enrol.notPersisted}</dd>
            </>
          )}
        </dl>
      )}
      <p class="note">{words.settings.limits}</p>
      <a class="wide quiet" href={linkTo('enrol')}>
        {words.enrol.again}
      </a>
    </section>
  );
}
