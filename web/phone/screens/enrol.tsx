import { useEffect, useState } from 'preact/hooks';
import { keepStorage } from '../../ui/platform';
import type { EnrolRefusal } from '../enrolment';
import { language } from '../language';
import { linkCode, show } from '../route';
import { app } from '../the_app';
import type { Words } from '../words/en';
import { Say } from './say';

interface Done {
  name: string;
  kept: boolean;
  /** Resolves when the browser has said whether it keeps this app's data; Firefox asks the person, who may not answer. */
  persisted: Promise<boolean>;
}

/** A phone becomes somebody's: by a link, or by a typed code. Asks nothing else. */
export function Enrol() {
  const words = language.words.value.enrol;
  const [code, setCode] = useState(linkCode.value ?? '');
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<EnrolRefusal | undefined>(crypto.subtle ? undefined : { why: 'insecure' });
  const [done, setDone] = useState<Done | undefined>(undefined);
  const { me } = app.near.value;

  const enrol = async (given: string): Promise<void> => {
    if (given.trim() === '' || busy) return;
    setBusy(true);
    // The page that says whether this browser keeps it comes after a typed code as after a link.
    show('enrol');
    setRefusal(undefined);
    const persisted = keepStorage();
    const result = await app.enrol(given.trim());
    setBusy(false);
    if ('refusal' in result) return setRefusal(result.refusal);
    linkCode.value = undefined;
    setDone({ name: result.enrolled.person.name, kept: result.kept, persisted });
  };
  useEffect(() => {
    const given = linkCode.value;
    if (given === undefined) return;
    setCode(given);
    if (app.enrolled.value !== 'yes' && crypto.subtle) void enrol(given);
  }, [linkCode.value]);

  if (done) return <Welcome {...done} />;
  return (
    <main>
      <h1>{words.title}</h1>
      {app.enrolled.value === 'yes' && me ? (
        <p>
          <Say text={words.already} values={{ name: me.name }} />
        </p>
      ) : (
        <p>{words.intro}</p>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void enrol(code);
        }}
      >
        <label>
          <span>{words.code}</span>
          <input
            type="text"
            dir="ltr"
            class="code"
            autoComplete="off"
            autoCapitalize="characters"
            spellcheck={false}
            value={code}
            onInput={(event) => setCode(event.currentTarget.value)}
          />
        </label>
        <p role="alert" class="warned">
          {refusal ? whyNot(refusal, words) : ''}
        </p>
        <button type="submit" class="wide primary" disabled={busy || refusal?.why === 'insecure'}>
          {busy ? words.busy : words.go}
        </button>
      </form>
    </main>
  );
}

function whyNot(refusal: EnrolRefusal, words: Words['enrol']): string {
  return refusal.why === 'other' ? refusal.detail : words.refusal[refusal.why];
}

function Welcome({ name, kept, persisted }: Done) {
  const words = language.words.value.enrol;
  const [promised, setPromised] = useState<boolean | undefined>(undefined);
  useEffect(() => void persisted.then(setPromised), [persisted]);
  return (
    <main>
      <h1>
        <Say text={words.doneTitle} values={{ name }} />
      </h1>
      <div role="status">
        {!kept && <p class="warned">{words.notKept}</p>}
        {kept && promised !== undefined && <p>{promised ? words.persisted : words.notPersisted}</p>}
      </div>
      <button type="button" class="wide primary" onClick={() => show('home')}>
        {words.done}
      </button>
    </main>
  );
}
