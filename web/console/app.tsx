import { announcement } from './announcer';
import { areaHref } from './fragment';
import { ltr } from '../ui/ltr';
import { utcStamp } from '../ui/time';
import { i18n, words } from './i18n';
import { ownShift, watches } from './own_shift';
import { route } from './router';
import { counts, dialog } from './screen';
import { session, stage } from './session';
import { shownPage } from './shown_page';
import { shiftStarted, sounding, soundRunning } from './sound/ringer';
import { factorSetup, stepUp } from './step_up';
import { Banners, ExerciseBanner } from './views/banners';
import { DetailPane } from './views/detail';
import { AreaPage } from './views/area_page';
import { PasswordPage, SetupPage, SignInPage, WaitingPage } from './views/entrance';
import { SoundGate } from './views/gate';
import { FactorDialog } from './views/factor_dialog';
import { Header } from './views/header';
import { KeysDialog } from './views/keys_dialog';
import { NewCaseDialog } from './views/new_case';
import { Notices } from './views/notices';
import { Queue } from './views/queue';
import { SignOutDialog } from './views/sign_out';
import { StepUpDialog } from './views/step_up_dialog';
import { ToldBanners } from './views/told_banners';
import { useEffect } from 'preact/hooks';

/** The whole page. The exercise banner stands above everything, whatever the page is. */
export function App() {
  return (
    <div class="app" lang={i18n.language.value}>
      <ExerciseBanner />
      <Page />
    </div>
  );
}

function Page() {
  const at = route.value;
  if (at.page === 'setup') return <SetupPage secret={at.secret} />;
  if (at.page === 'password') return <PasswordPage secret={at.secret} />;
  switch (stage.value) {
    case 'asking':
      return <WaitingPage unreachable={false} />;
    case 'unreachable':
      return <WaitingPage unreachable />;
    case 'signedOut':
      return <SignInPage />;
    case 'signedIn':
      return <SignedIn />;
  }
}

function SignedIn() {
  return (
    <>
      <Inside />
      {factorSetup.open.value && <FactorDialog />}
      {stepUp.open.value && <StepUpDialog />}
    </>
  );
}

function Inside() {
  if (session.value?.second_factor_required) return <AreaPage at={{ page: 'area', area: 'account', path: [], query: {} }} />;
  return session.value?.works_cases && !shiftStarted.value ? <SoundGate /> : <Console />;
}

function Console() {
  const { footer } = words();
  const at = shownPage();
  useTitle();
  return (
    <>
      <Header />
      <Banners />
      <ToldBanners />
      <main class={`work show-${at.page}`}>
        {at.page === 'area' ? (
          <AreaPage at={at} />
        ) : (
          <>
            <Queue />
            <DetailPane />
          </>
        )}
      </main>
      <footer class="foot">
        {session.value?.works_cases && <OwnShift />}
        <span>{session.value?.texts ? footer.reachTexts : footer.reach}</span>
        <span class="muted">{footer.keys}</span>
      </footer>
      <Notices />
      <div class="unseen" aria-live="assertive">
        {announcement.value}
      </div>
      <Dialogs />
    </>
  );
}

/** Whether whoever sits here is on shift, and the way to hand over. */
function OwnShift() {
  const { footer } = words();
  if (watches.value === undefined) return null;
  const own = ownShift.value;
  return (
    <span class="own-shift">
      {own ? <span class="num">{footer.shift(own.shift.person.name, ltr(utcStamp(own.shift.since)))}</span> : footer.noShift}{' '}
      <a href={areaHref('watch', [], own && { handover: 'own' })}>{own ? footer.handOver : footer.beginShift}</a>
    </span>
  );
}

function Dialogs() {
  switch (dialog.value) {
    case 'newCase':
      return <NewCaseDialog />;
    case 'keys':
      return <KeysDialog />;
    case 'signOut':
      return <SignOutDialog />;
    case undefined:
      return null;
  }
}

/** The window's title says how many are untaken, for those who look at another window. */
function useTitle(): void {
  const untaken = counts.value.untaken;
  const ringing = sounding.value.includes('alarm');
  const { header, queue, brand } = words();
  const said = soundRunning.value ? `${ringing ? '● ' : ''}${queue.untakenCount(untaken)}` : header.silentUntaken(untaken);
  const title = untaken > 0 ? `${said} · ${brand}` : brand;
  useEffect(() => {
    document.title = title;
  }, [title]);
}
