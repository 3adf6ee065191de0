import { ageWords, coordinates, utcStamp } from '../../ui/time';
import { Ltr } from '../../ui/ltr';
import { now } from '../clock';
import { copyAndTell } from '../copy';
import { i18n, num, words } from '../i18n';
import type { CaseSummary, PositionSeen } from '../wire';

/** A fix older than this may no longer be where the person is, in milliseconds. */
const OLD_MS = 5 * 60_000;

/** The newest position, with what makes it more or less trustworthy; battery and network beside it. */
export function PositionPart({ one }: { one: CaseSummary }) {
  const { detail } = words();
  const { position, battery, network } = one;
  return (
    <section class="part" aria-labelledby="part-position">
      <h3 id="part-position">{detail.position}</h3>
      {position == null ? <p class="muted">{detail.noPosition}</p> : <PositionLines position={position} reporter={one.reporter?.name} />}
      {(battery != null || network != null) && (
        <dl>
          {battery != null && (
            <>
              <dt>{detail.battery}</dt>
              <dd class={battery.percent < 20 && battery.charging !== true ? 'bad num' : 'num'}>
                {num(battery.percent)} % {battery.charging === true && detail.charging}
              </dd>
            </>
          )}
          {network != null && (
            <>
              <dt>{detail.network}</dt>
              <dd>
                <Ltr>{network}</Ltr>
              </dd>
            </>
          )}
        </dl>
      )}
    </section>
  );
}

function PositionLines({ position, reporter }: { position: PositionSeen; reporter: string | undefined }) {
  const { detail, terms } = words();
  const age = now.value - Date.parse(position.fixed_at);
  const old = age > OLD_MS;
  const text = coordinates(position.lat, position.lon);
  return (
    <div class={`position ${old ? 'old' : ''}`}>
      <p class="position-main">
        <span class="coordinates num">
          <Ltr>{text}</Ltr>
        </span>
        <button type="button" onClick={() => void copyAndTell(text)}>
          {detail.copy}
        </button>
      </p>
      <p class="num">
        {old && <b class="old-fix">{detail.oldFix}</b>}{' '}
        {position.accuracy_m == null ? detail.noAccuracy : detail.accuracy(num(Math.round(position.accuracy_m)))} ·{' '}
        {detail.fixAge(ageWords(age, i18n.language.value))} (<Ltr>{utcStamp(position.fixed_at)}</Ltr>) ·{' '}
        {terms.positionSource[position.source]}
      </p>
      {position.of_reporter && (
        <p class="of-reporter">
          {detail.reporterPosition} {reporter !== undefined && <bdi>{reporter}</bdi>}
        </p>
      )}
    </div>
  );
}
