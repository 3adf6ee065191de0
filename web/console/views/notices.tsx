import type { Loss } from '../cases/losses';
import { words } from '../i18n';
import { dismissLoss, losses } from '../losses';
import { dismissNotice, notice } from '../notice';
import { openCaseOf } from '../opening';
import { focusWork } from '../screen';
import { session } from '../session';

/** What was taken over from this operator, and the answer to the last press. */
export function Notices() {
  return (
    <div class="notice-place">
      <LossNotices />
      <NoticeBar />
    </div>
  );
}

/** Dismisses the notice that has waited longest; false when there is none that waits. */
export function dismissFirst(): boolean {
  const [first] = losses.peek();
  if (first) dismissLoss(first.id);
  else if (notice.peek()) dismissNotice();
  else return false;
  return true;
}

/** Losing a case is told as an alert, and stays until it is dismissed: the operator may be on the telephone for it. */
function LossNotices() {
  const { lost } = words();
  if (losses.value.length === 0 || !session.value?.works_cases) return null;
  return (
    <section class="losses" aria-label={lost.label}>
      {losses.value.map((loss, index) => (
        <LossNotice key={loss.id} loss={loss} first={index === 0} />
      ))}
    </section>
  );
}

function LossNotice({ loss, first }: { loss: Loss; first: boolean }) {
  const { lost, banner } = words();
  return (
    <div role="alert" class="notice bad loss" data-loss={loss.id}>
      <span>
        <strong>{lossWords(loss)}</strong>
        {loss.reason !== undefined && <> {lost.reason(words().terms.takeoverReason[loss.reason])}</>}
      </span>
      <span class="buttons">
        <button type="button" onClick={() => openCaseOf(loss)}>
          {lost.open}
        </button>
        <button
          type="button"
          onClick={() => {
            dismissLoss(loss.id);
            focusWork();
          }}
        >
          {banner.dismiss} {first && <kbd>d</kbd>}
        </button>
      </span>
    </div>
  );
}

function lossWords({ by, name, reason }: Loss): string {
  const { lost } = words();
  return reason === undefined ? lost.nowWith(by, name) : lost.taken(by, name);
}

/** The answer to the last press. */
function NoticeBar() {
  const news = notice.value;
  const keyHere = losses.value.length === 0;
  return (
    <>
      <div role="status" class="notice good" hidden={news?.tone !== 'good'}>
        {news?.tone === 'good' && news.say()}
      </div>
      <div role="alert" class="notice bad" hidden={news?.tone !== 'bad'}>
        {news?.tone === 'bad' && (
          <>
            <span>{news.say()}</span>
            <button type="button" onClick={dismissNotice}>
              {words().banner.dismiss} {keyHere && <kbd>d</kbd>}
            </button>
          </>
        )}
      </div>
    </>
  );
}
