import { rowsOf } from '../cases/order';
import { allTroubles, cases, caughtUp, feed, nudgeFeed } from '../feed';
import { num, words } from '../i18n';
import { feedSentence } from '../live/sentence';
import { goToQueue, route } from '../router';
import { exercise, session } from '../session';
import { shiftStarted, soundRunning, soundsHere, testAndEnable } from '../sound/ringer';
import { ProvisionalAlarms } from './provisional';

/** On every screen of an exercise installation. */
export function ExerciseBanner() {
  if (!exercise.value) return null;
  return (
    <aside class="exercise" aria-label={words().shared.exercise}>
      {words().shared.exerciseLong}
    </aside>
  );
}

/** What the operator must know about this console itself: sound and feed. */
export function Banners() {
  if (!session.value?.works_cases || !shiftStarted.value) return null;
  return (
    <section class="banners" aria-label={words().banner.label}>
      <SoundBanner />
      <ElsewhereBanner />
      <FeedBanner />
      <TroubleBanners />
      <ProvisionalAlarms />
      <CaughtUpBanner />
    </section>
  );
}

/** On a page without the queue: who rings, and the way there. */
function ElsewhereBanner() {
  const { banner } = words();
  if (route.value.page !== 'area') return null;
  const [first, ...more] = rowsOf('untaken', cases.value, '').filter((one) => one.ringing);
  if (!first) return null;
  return (
    <div class="banner red" role="alert" data-banner="rings">
      <strong>{banner.rings(first.subject.name, more.length)}</strong>
      <button type="button" onClick={goToQueue}>
        {banner.toQueue}
      </button>
    </div>
  );
}

function SoundBanner() {
  const { banner } = words();
  if (!soundRunning.value) {
    return (
      <div class="banner red" role="alert" data-banner="sound-off">
        <strong>{banner.soundOff}</strong>
        <button type="button" onClick={() => void testAndEnable()}>
          {banner.enable}
        </button>
      </div>
    );
  }
  if (soundsHere.value) return null;
  return (
    <div class="banner plain" role="status" data-banner="sound-elsewhere">
      {banner.elsewhere}
    </div>
  );
}

function FeedBanner() {
  const { banner } = words();
  const { staleS, outdated, phase } = feed.value;
  if (outdated) {
    return (
      <div class="banner red" role="alert" data-banner="outdated">
        <strong>{banner.outdated}</strong>
        <button type="button" onClick={() => location.reload()}>
          {banner.reload}
        </button>
      </div>
    );
  }
  const sentence = feedSentence(feed.value, staleS, banner, num);
  if (!sentence) return null;
  const lost = feed.value.freshness === 'lost';
  return (
    <div class={`banner ${lost ? 'red' : 'amber'}`} data-banner={lost ? 'feed-lost' : 'feed-delayed'}>
      <span class="unseen" role="alert">
        {sentence.said}
      </span>
      <span class="num">
        <strong>{sentence.lead}</strong> {sentence.rest}
      </span>
      {phase === 'waiting' && (
        <button type="button" onClick={nudgeFeed}>
          {banner.reconnectNow}
        </button>
      )}
    </div>
  );
}

/** What may keep an alarm from being seen is red; the rest is amber. */
const GRAVE: readonly string[] = ['database', 'alarms', 'unmanned'];

function TroubleBanners() {
  const { trouble, otherTrouble } = words().banner;
  return allTroubles.value.map((one) => (
    <div key={one} class={`banner ${GRAVE.includes(one) ? 'red' : 'amber'}`} role="alert" data-banner={`trouble-${one}`}>
      {(trouble as Partial<Record<string, string>>)[one] ?? otherTrouble(one)}
    </div>
  ));
}

function CaughtUpBanner() {
  const { banner } = words();
  const news = caughtUp.news.value;
  if (!news || feed.value.freshness === 'lost') return null;
  return (
    <div class="banner plain" role="status" data-banner="caught-up">
      <span class="num">{news.anew ? banner.anew : banner.caughtUp(news.events)}</span>
      <button type="button" onClick={() => caughtUp.dismiss()}>
        {banner.dismiss}
      </button>
    </div>
  );
}
