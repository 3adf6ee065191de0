import { ltr } from '../../ui/ltr';
import { utcStamp } from '../../ui/time';
import { words } from '../i18n';
import { markRead, told } from '../told';
import type { Notice } from '../wire';

/** What everybody here must know: each stays until somebody at this console says to have read it. */
export function ToldBanners() {
  if (told.value.length === 0) return null;
  return (
    <section class="banners" aria-label={words().told.label}>
      {told.value.map((notice) => (
        <ToldBanner key={notice.id} notice={notice} />
      ))}
    </section>
  );
}

function ToldBanner({ notice: { id, deed, actor, at, what, reason, until } }: { notice: Notice }) {
  const { told: text, changes } = words();
  const name = (text.deed as Partial<Record<string, string>>)[deed] ?? text.other;
  const who = actor.kind === 'system' ? changes.system : actor.name;
  return (
    <div class="banner amber told" role="alert" data-told={deed}>
      <span>
        <strong>{name}:</strong> <span dir="auto">{what}</span>. {text.by(who, ltr(utcStamp(at)))}.{' '}
        {reason != null && <span dir="auto">{text.because(reason)} </span>}
        {until != null && text.until(ltr(utcStamp(until)))}
      </span>
      <button type="button" onClick={() => markRead(id)}>
        {text.read}
      </button>
    </div>
  );
}
