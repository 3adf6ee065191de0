import { useSignal } from '@preact/signals';
import type { Wire } from '../../../api/types';
import { ltr, Ltr } from '../../../ui/ltr';
import { ageWords } from '../../../ui/time';
import { now } from '../../clock';
import { utcDate } from '../../dates';
import { i18n, num, words } from '../../i18n';
import { daysLeft, standing } from './standing';
import { EndDialog, HoldDialog, RaiseDialog } from './token_acts';
import { tokensWords } from './words';

type Token = Wire['ServiceToken'];
type Act = 'end' | 'raise' | 'hold';

/** Tokens, with what may be done to each; `nameOf` says whose people one keeps. */
export function TokenTable({
  tokens,
  nameOf,
  onChanged,
}: {
  tokens: readonly Token[];
  nameOf: (organisation: string) => string;
  onChanged: () => void;
}) {
  const text = tokensWords();
  const asked = useSignal<{ act: Act; token: Token } | undefined>(undefined);
  const close = (): void => void (asked.value = undefined);
  const done = (): void => {
    close();
    onChanged();
  };
  const { act, token } = asked.value ?? {};
  return (
    <>
      <div class="table-scroll panel" tabIndex={0} role="group" aria-labelledby="tokens-list">
        <table>
          <thead>
            <tr>
              <th scope="col">{text.name}</th>
              <th scope="col">{text.scope}</th>
              <th scope="col">{text.created}</th>
              <th scope="col">{text.used}</th>
              <th scope="col">{text.expires}</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {tokens.map((one) => (
              <TokenRow key={one.id} token={one} organisation={nameOf(one.organisation)} ask={(act) => (asked.value = { act, token: one })} />
            ))}
          </tbody>
        </table>
      </div>
      {token && act === 'end' && <EndDialog token={token} onClose={close} onDone={done} />}
      {token && act === 'hold' && <HoldDialog token={token} onClose={close} onDone={done} />}
      {token && act === 'raise' && <RaiseDialog token={token} onClose={close} onDone={done} />}
    </>
  );
}

function TokenRow({ token, organisation, ask }: { token: Token; organisation: string; ask: (act: Act) => void }) {
  const text = tokensWords();
  const works = standing(token, now.value) === 'works';
  return (
    <tr class={works ? undefined : 'past'}>
      <th scope="row">
        <bdi>{token.name}</bdi>
        {works && token.ends_unheld_at != null && (
          <span class="row-note bad">{text.unheld(ltr(utcDate(token.ends_unheld_at)))}</span>
        )}
        {works && <Departures token={token} />}
      </th>
      <td>
        {text.purpose[token.purpose] ?? token.purpose} <span class="muted" dir="auto">{organisation}</span>
      </td>
      <td class="num">
        <Ltr>{utcDate(token.created_at)}</Ltr>
      </td>
      <td class="num">{token.last_used_at == null ? text.never : ago(token.last_used_at)}</td>
      <td class="num">
        <Ends token={token} />
      </td>
      <td>
        {works && (
          <span class="row-acts">
            {token.unheld_since != null && (
              <button type="button" class="primary" aria-label={text.hold.of(token.name)} onClick={() => ask('hold')}>
                {text.hold.press}
              </button>
            )}
            <button type="button" aria-label={text.raise.of(token.name)} onClick={() => ask('raise')}>
              {text.raise.press}
            </button>
            <button type="button" aria-label={text.end.of(token.name)} onClick={() => ask('end')}>
              {text.end.press}
            </button>
          </span>
        )}
      </td>
    </tr>
  );
}

/** What the guard against mistakes of the directory did, and what somebody let it do. */
function Departures({ token: { departures, departures_until, stopped_at } }: { token: Token }) {
  const text = tokensWords();
  const raised = departures != null && departures_until != null && Date.parse(departures_until) > now.value;
  return (
    <>
      {stopped_at != null && (
        <span class="row-note bad">
          {text.stopped} <span class="num">{ago(stopped_at)}</span>
        </span>
      )}
      {raised && <span class="row-note muted">{text.raised(num(departures), ltr(utcDate(departures_until)))}</span>}
    </>
  );
}

/** When a token ends, and whether it has. */
function Ends({ token }: { token: Token }) {
  const text = tokensWords();
  const left = daysLeft(token, now.value);
  if (token.ended_at != null) {
    return (
      <>
        <strong>{text.ended}</strong> <Ltr>{utcDate(token.ended_at)}</Ltr>
      </>
    );
  }
  return (
    <>
      <Ltr>{utcDate(token.expires_at)}</Ltr>
      {left !== undefined && <strong> {text.soon(left)}</strong>}
      {standing(token, now.value) === 'over' && <strong> {text.over}</strong>}
    </>
  );
}

function ago(at: string): string {
  return words().detail.ago(ageWords(now.value - Date.parse(at), i18n.language.value));
}
