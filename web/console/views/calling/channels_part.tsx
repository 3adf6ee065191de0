import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Wire } from '../../../api/types';
import { Ltr } from '../../../ui/ltr';
import { ageWords, utcStamp } from '../../../ui/time';
import { calling as requests } from '../../api/calling';
import { now } from '../../clock';
import { i18n, num, words } from '../../i18n';
import { FormError } from '../field';
import { useSubmission } from '../submit';
import { callingWords } from './words';

/** How each way to reach people does. */
export function ChannelsPart() {
  const { channels: text } = callingWords();
  const health = useSignal<Wire['ChannelsHealth'] | undefined>(undefined);
  const { busy, error, run } = useSubmission();
  const load = (): void => void run(async () => void (health.value = await requests.channels()));
  useEffect(load, []);
  return (
    <section aria-labelledby="calling-channels">
      <h3 id="calling-channels">{text.title}</h3>
      <FormError text={error.value} />
      {health.value && (
        <div class="table-scroll panel" tabIndex={0} role="group" aria-labelledby="calling-channels">
          <table>
            <thead>
              <tr>
                <th scope="col">{text.channel}</th>
                <th scope="col">{text.waiting}</th>
                <th scope="col">{text.taken}</th>
                <th scope="col">{text.hour}</th>
              </tr>
            </thead>
            <tbody>
              {health.value.channels.map((one) => (
                <ChannelRow key={one.channel} one={one} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <button type="button" disabled={busy.value} onClick={load}>
        {text.refresh}
      </button>
    </section>
  );
}

function ChannelRow({ one }: { one: Wire['ChannelHealth'] }) {
  const { channels: text } = callingWords();
  const { terms } = words();
  const age = one.oldest_at == null ? undefined : ageWords(now.value - Date.parse(one.oldest_at), i18n.language.value);
  return (
    <tr data-channel={one.channel}>
      <th scope="row">
        {terms.deliveryChannel[one.channel]} {!one.set_up && <em>({text.off})</em>}
      </th>
      <td class="num">
        {num(one.waiting)}
        {age !== undefined && `, ${text.oldest(age)}`}
      </td>
      <td class="num">{one.taken_at == null ? text.never : <Ltr>{utcStamp(one.taken_at)}</Ltr>}</td>
      <td>
        {one.hour.length === 0 && text.nothing}
        {one.hour.map(({ state, messages }) => (
          <p key={state} class="num">
            {num(messages)} · {terms.deliveryState[state]}
          </p>
        ))}
      </td>
    </tr>
  );
}
