import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { Intent } from '../../../api/client';
import { ltr, Ltr } from '../../../ui/ltr';
import { remaining, utcStamp, utcTime } from '../../../ui/time';
import { api } from '../../api';
import { devices } from '../../api/devices';
import { now, serverClock } from '../../clock';
import { copyAndTell } from '../../copy';
import { num, words } from '../../i18n';
import { leadsToThisComputer } from '../../loopback';
import { PhoneCounter } from '../../phone_count';
import type { EnrolmentIssued, Person } from '../../wire';
import { FormError } from '../field';
import { OnlyHere } from '../only_here';
import { PersonSearch } from '../person_search';
import { useSubmission } from '../submit';
import { enrolWords } from './words';

/** Issues a code by which a person's phone is enrolled. */
export function EnrolPage() {
  const enrol = enrolWords();
  const query = useSignal('');
  const person = useSignal<Person | undefined>(undefined);
  const issued = useSignal<EnrolmentIssued | undefined>(undefined);
  const first = useRef<HTMLInputElement>(null);
  const intent = useRef<Intent | undefined>(undefined);
  const counter = useCounter(person.value);
  const { busy, error, run } = useSubmission();
  // At first, and when the field comes back for another person.
  useLayoutEffect(() => first.current?.focus(), [issued.value === undefined]);
  const issue = (): void => {
    const id = person.peek()?.id;
    if (id == null) return;
    const path = `/v1/people/${id}/enrolment`;
    if (intent.current?.path !== path) intent.current = devices.enrolment(id);
    const wanted = intent.current;
    void run(async () => {
      issued.value = await devices.performEnrolment(wanted);
      intent.current = undefined;
      counter.refresh();
    });
  };
  const another = (): void => {
    issued.value = undefined;
    person.value = undefined;
    query.value = '';
  };
  return (
    <section class="page" aria-labelledby="enrol-title">
      <h2 id="enrol-title">{enrol.title}</h2>
      <p>{enrol.lead}</p>
      {!issued.value && <OnlyHere />}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          issue();
        }}
      >
        {!issued.value && <PersonSearch label={enrol.who} query={query} chosen={person} inputRef={first} />}
        {person.value && (
          <div>
            <p class="picked">
              {enrol.for} <strong dir="auto">{person.value.name}</strong>
            </p>
            <EnrolledPhones counter={counter} />
          </div>
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

/** A counter of this person's phones, that runs for as long as the page is there and can be seen. */
function useCounter(person: Person | undefined): PhoneCounter {
  const counter = useMemo(
    () =>
      new PhoneCounter({
        search: (q) => api.people(q).then(({ people }) => people),
        visible: () => document.visibilityState === 'visible',
        now: () => serverClock.now(),
      }),
    [],
  );
  useEffect(() => {
    if (!person) return undefined;
    const seenAgain = (): void => counter.refresh();
    counter.start(person);
    document.addEventListener('visibilitychange', seenAgain);
    return () => {
      document.removeEventListener('visibilitychange', seenAgain);
      counter.stop();
    };
  }, [person?.id]);
  return counter;
}

function EnrolledPhones({ counter }: { counter: PhoneCounter }) {
  const enrol = enrolWords();
  const count = counter.count.value;
  return (
    <p class="num">
      {/* The time changes with every question: only the number is announced, when it changes. */}
      <span role="status" data-phones>
        {count.state === 'known' ? enrol.phones(count.phones) : count.state === 'asking' ? enrol.phonesAsking : enrol.phonesUnknown}
      </span>{' '}
      {count.state === 'known' && <span class="muted">{enrol.checked(ltr(utcTime(count.at)))}</span>}
    </p>
  );
}

function Issued({ issued, onAgain, onAnother }: { issued: EnrolmentIssued; onAgain: () => void; onAnother: () => void }) {
  const enrol = enrolWords();
  const { detail, units } = words();
  const left = Date.parse(issued.expires) - now.value;
  const over = left <= 0;
  return (
    <div class="issued">
      {over ? (
        <p class="warning" role="alert">
          {enrol.expired}
        </p>
      ) : (
        <>
          {leadsToThisComputer(issued.link) && (
            <p class="warning" role="alert" data-only-here>
              {enrol.onlyHere}
            </p>
          )}
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
                <button type="button" onClick={() => void copyAndTell(issued.link)}>
                  {detail.copy}
                </button>
              </dd>
              <dt>{enrol.until}</dt>
              <dd class="num">
                <Ltr>{utcStamp(issued.expires)}</Ltr> <bdi>{`(${remaining(left, units, num)})`}</bdi>
              </dd>
            </dl>
          </div>
        </>
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
