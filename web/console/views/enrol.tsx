import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Intent } from '../../api/client';
import { Ltr } from '../../ui/ltr';
import { copyText } from '../../ui/platform';
import { countdown, utcStamp } from '../../ui/time';
import { tell } from '../actions';
import { api } from '../api';
import { now } from '../clock';
import { num, words } from '../i18n';
import type { EnrolmentIssued, Person } from '../wire';
import { FormError } from './field';
import { PersonSearch } from './person_search';
import { useSubmission } from './submit';

/** Issues a code by which a person's phone is enrolled. */
export function EnrolPage() {
  const { enrol } = words();
  const query = useSignal('');
  const person = useSignal<Person | undefined>(undefined);
  const issued = useSignal<EnrolmentIssued | undefined>(undefined);
  const first = useRef<HTMLInputElement>(null);
  const intent = useRef<Intent | undefined>(undefined);
  const { busy, error, run } = useSubmission();
  useEffect(() => first.current?.focus(), []);
  const issue = (): void => {
    const id = person.peek()?.id;
    if (id == null) return;
    const path = `/v1/people/${id}/enrolment`;
    if (intent.current?.path !== path) intent.current = api.enrolment(id);
    const wanted = intent.current;
    void run(async () => {
      issued.value = await api.performEnrolment(wanted);
      intent.current = undefined;
    });
  };
  const another = (): void => {
    issued.value = undefined;
    person.value = undefined;
    query.value = '';
    first.current?.focus();
  };
  return (
    <section class="page" aria-labelledby="enrol-title">
      <h2 id="enrol-title">{enrol.title}</h2>
      <p>{enrol.lead}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          issue();
        }}
      >
        {!issued.value && <PersonSearch label={enrol.who} query={query} chosen={person} inputRef={first} />}
        {person.value && (
          <p class="picked">
            {enrol.for} <strong dir="auto">{person.value.name}</strong> · <span class="num">{enrol.phones(num(person.value.devices))}</span>
          </p>
        )}
        <FormError text={error.value} />
        <div class="buttons">
          {!issued.value && (
            <button class="primary" disabled={busy.value || !person.value}>
              {busy.value ? words().sending : enrol.issue}
            </button>
          )}
        </div>
      </form>
      {issued.value && <Issued issued={issued.value} onAgain={issue} onAnother={another} />}
    </section>
  );
}

function Issued({ issued, onAgain, onAnother }: { issued: EnrolmentIssued; onAgain: () => void; onAnother: () => void }) {
  const { enrol, detail, copied, copyFailed } = words();
  const left = Date.parse(issued.expires) - now.value;
  const over = left <= 0;
  const copy = async (): Promise<void> => {
    if (await copyText(issued.link)) tell('good', copied);
    else tell('bad', copyFailed);
  };
  return (
    <div class="issued">
      {over ? (
        <p class="warning" role="alert">
          {enrol.expired}
        </p>
      ) : (
        <div class="issued-ways">
          <figure>
            <img src={`data:image/svg+xml,${encodeURIComponent(issued.qr_svg)}`} alt={enrol.qr} width="240" height="240" />
            <figcaption>{enrol.scan}</figcaption>
          </figure>
          <dl>
            <dt>{enrol.code}</dt>
            <dd class="code">
              <Ltr>{issued.code}</Ltr>
            </dd>
            <dt>{enrol.link}</dt>
            <dd>
              <code>
                <Ltr>{issued.link}</Ltr>
              </code>{' '}
              <button type="button" onClick={() => void copy()}>
                {detail.copy}
              </button>
            </dd>
            <dt>{enrol.until}</dt>
            <dd class="num">
              <Ltr>
                {utcStamp(issued.expires)} ({countdown(left)})
              </Ltr>
            </dd>
          </dl>
        </div>
      )}
      <p class="warning">{enrol.secret}</p>
      <div class="buttons">
        <button type="button" onClick={onAgain}>
          {enrol.issue}
        </button>
        <button type="button" onClick={onAnother}>
          {enrol.another}
        </button>
      </div>
    </div>
  );
}
