import type { Wire } from '../../../api/types';
import { ltr } from '../../../ui/ltr';
import { utcStamp } from '../../../ui/time';
import { num, words } from '../../i18n';
import { callingWords } from './words';

/** So many offices are listed at once; more are behind a press. */
const SHORT = 10;

/** The offices where a step of the ladder reaches nobody by a proven number. */
export function WeakPart({ findings, look }: { findings: Wire['Findings']; look: (office: string) => void }) {
  const { weak: text } = callingWords();
  const { terms } = words();
  const { checked_at, weak, offices } = findings;
  return (
    <section aria-labelledby="calling-weak">
      <h3 id="calling-weak">{text.title}</h3>
      <p class="muted">{checked_at == null ? text.notYet : text.checked(ltr(utcStamp(checked_at)))}</p>
      {checked_at != null && weak.length === 0 && <p>{text.none(offices)}</p>}
      {weak.length > 0 && (
        <details open={weak.length <= SHORT}>
          <summary>{text.count(num(weak.length), num(offices))}</summary>
          <ul class="plain-list">
            {weak.map(({ office, name, steps, unreachable }) => (
              <li key={office} class={unreachable ? 'bad' : undefined}>
                <strong>
                  <bdi>{name}</bdi>
                </strong>{' '}
                {unreachable ? text.nobody : text.steps(steps.map((step) => terms.ladderStep[step]).join(', '))}{' '}
                <button type="button" aria-label={text.lookAt(name)} onClick={() => look(office)}>
                  {text.look}
                </button>
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}
