import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Wire } from '../../../api/types';
import { Ltr } from '../../../ui/ltr';
import { ageWords } from '../../../ui/time';
import { perform } from '../../api/client';
import { rights as requests, type Account } from '../../api/rights';
import { secondFactor } from '../../api/second_factor';
import { sessions as sessionRequests } from '../../api/sessions';
import { now } from '../../clock';
import { copyAndTell } from '../../copy';
import { utcDate } from '../../dates';
import { i18n, num, words } from '../../i18n';
import { leadsToThisComputer } from '../../loopback';
import { tell } from '../../notice';
import { session } from '../../session';
import { EntryForm } from '../entry_form';
import { FormError } from '../field';
import { useSubmission } from '../submit';
import { rightsWords } from './words';

/** How a person signs in: the link that sets their password, their sessions, their code generator. */
export function AccountPart({ person }: { person: string }) {
  const { account: text, end } = rightsWords();
  // Taking the code generator away ends every session: they are asked for again.
  const changes = useSignal(0);
  const held = session.value?.permissions ?? [];
  const reason = { name: 'reason', label: end.reason, hint: end.reasonHint, required: true, maxLength: 500, lines: 2 };
  return (
    <section class="stack" aria-labelledby="sign-in-title">
      <h3 id="sign-in-title">{text.title}</h3>
      {held.includes('grant_roles') && <SignInLink person={person} />}
      {held.includes('end_sessions') && <SessionsOf person={person} changes={changes.value} />}
      {held.includes('grant_roles') && (
        <EntryForm
          title={text.factor}
          lead={text.factorLead}
          danger
          submitWord={text.factor}
          fields={[reason]}
          intent={({ reason = '' }) => secondFactor.removal(person, reason)}
          send={async (intent) => {
            await perform(intent);
            changes.value += 1;
          }}
          done={() => rightsWords().account.factorDone}
        />
      )}
    </section>
  );
}

function SignInLink({ person }: { person: string }) {
  const { account: text } = rightsWords();
  const link = useSignal<Account | undefined>(undefined);
  const { busy, error, run } = useSubmission();
  const issue = (): void => {
    void run(async () => {
      link.value = await perform<Account>(requests.account(person));
    });
  };
  const issued = link.value;
  return (
    <>
      <div class="buttons">
        <button type="button" disabled={busy.value} onClick={issue}>
          {text.link}
        </button>
      </div>
      <FormError text={error.value} />
      {issued && (
        <p role="status">
          {leadsToThisComputer(issued.link) && <strong class="bad">{text.onlyHere} </strong>}
          {text.lead} {text.until} <Ltr>{utcDate(issued.expires)}</Ltr>{' '}
          <code>
            <Ltr>{issued.link}</Ltr>
          </code>{' '}
          <button type="button" onClick={() => void copyAndTell(issued.link)}>
            {words().detail.copy}
          </button>
        </p>
      )}
    </>
  );
}

/** The open sessions of a person, and one press that ends them all. */
function SessionsOf({ person, changes }: { person: string; changes: number }) {
  const { account: text, end } = rightsWords();
  const open = useSignal<readonly Wire['OpenSession'][] | undefined>(undefined);
  const { error, run } = useSubmission();
  const load = (): void => void run(async () => void (open.value = await sessionRequests.of(person)));
  useEffect(load, [person, changes]);
  if (open.value === undefined) return <FormError text={error.value} />;
  if (open.value.length === 0) return <p>{text.noSessions}</p>;
  return (
    <>
      <ul>
        {open.value.map((one) => (
          <li key={one.id}>
            <bdi>{one.device}</bdi>{' '}
            <span class="muted num">
              {text.seen}: {words().detail.ago(ageWords(now.value - Date.parse(one.last_seen), i18n.language.value))}
            </span>
          </li>
        ))}
      </ul>
      <EntryForm
        title={text.sessions}
        lead={text.sessionsLead}
        danger
        submitWord={text.sessions}
        fields={[{ name: 'reason', label: end.reason, hint: end.reasonHint, required: true, maxLength: 500, lines: 2 }]}
        intent={({ reason = '' }) => sessionRequests.endingAll(person, reason)}
        send={async (intent) => {
          const { ended } = await perform<Wire['SessionsEnded']>(intent);
          load();
          tell('good', () => rightsWords().account.sessionsDone(num(ended)));
        }}
      />
    </>
  );
}
