import { countdown, localTime, utcTime } from '../../ui/time';
import { Ltr } from '../../ui/ltr';
import { now } from '../clock';
import { feed } from '../feed';
import { num, words } from '../i18n';
import { openCase } from '../open_case';
import { activeCase, counts, dialog } from '../screen';
import { session } from '../session';
import { soundChip } from '../sound/chip';
import { quietLeft, silenceNow, sounding, soundRunning, soundsHere, testAndEnable } from '../sound/ringer';
import { askToSignOut } from './sign_out';
import { Nav } from './nav';
import { LanguageSwitch, ThemeSwitch } from './switches';

/** The bars at the top: clocks, feed, sound, operator; and the pages. */
export function Header() {
  return (
    <header>
      <Bar />
      <Nav />
    </header>
  );
}

function Bar() {
  const current = session.value;
  return (
    <div class="bar">
      <h1 class="brand" title={words().app}>
        {words().brand}
        <span class="unseen"> {words().app}</span>
      </h1>
      <Clocks />
      <span class="spring" />
      {current?.works_cases && (
        <>
          <FeedState />
          <SoundState />
        </>
      )}
      <button type="button" class="quiet" onClick={() => (dialog.value = 'keys')}>
        {words().header.keys}
      </button>
      <LanguageSwitch />
      <ThemeSwitch />
      <span class="operator">
        <bdi>{current?.name}</bdi>
      </span>
      <button type="button" class="quiet" onClick={() => void askToSignOut()}>
        {words().header.signOut}
      </button>
    </div>
  );
}

function Clocks() {
  const { header } = words();
  const { subject } = openCase.value?.summary ?? activeCase.value ?? {};
  const zone = subject?.time_zone;
  const local = zone == null ? undefined : localTime(now.value, zone);
  return (
    <div class="clocks num">
      <span class="utc">
        <span class="unseen">{header.utc} </span>
        <Ltr>{utcTime(now.value)}</Ltr>
      </span>
      {local !== undefined && (
        <span class="local">
          <span class="unseen">{header.local} </span>
          <bdi>{subject?.duty_station ?? zone}</bdi> <Ltr>{local}</Ltr>
        </span>
      )}
    </div>
  );
}

function FeedState() {
  const { header } = words();
  const { freshness, staleS } = feed.value;
  const seconds = num(staleS);
  const word = {
    fresh: header.live(seconds),
    connecting: header.connecting,
    delayed: header.delayed(seconds),
    lost: header.lost(seconds),
  }[freshness];
  return (
    <span class={`chip feed-${freshness} num`} data-feed={freshness}>
      <span class="unseen">{header.feed}: </span>
      {word}
    </span>
  );
}

function SoundState() {
  const { header } = words();
  const rings = sounding.value.includes('alarm');
  const silenced = quietLeft.value > 0;
  const running = soundRunning.value;
  const facts = { running, here: soundsHere.value, ringing: rings, untaken: counts.value.untaken };
  const { look, word } = soundChip(facts, header);
  return (
    <span class="sound">
      <button
        type="button"
        class={`chip sound-${look}`}
        data-sound={look}
        data-sounding={sounding.value.join(' ')}
        title={header.testSound}
        onClick={() => void testAndEnable()}
      >
        {word}
      </button>
      {running && (sounding.value.length > 0 || silenced) && (
        <button type="button" class="chip silence num" disabled={silenced && !rings} onClick={silenceNow}>
          {silenced && !rings ? <>{header.silenced(countdown(quietLeft.value))}</> : header.silence}
        </button>
      )}
    </span>
  );
}
