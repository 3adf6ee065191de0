import { useSignal } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';
import type { Intent } from '../../../api/client';
import { imports as requests } from '../../api/imports';
import { words } from '../../i18n';
import { goToArea } from '../../router';
import type { Places } from '../../wire';
import { described, FieldNotes, FormError, SelectField } from '../field';
import { isBlamed, useSubmission } from '../submit';
import { importsWords } from './words';

/** The largest file that the server reads, in bytes. */
const LARGEST = 20_000_000;

/** A file is chosen and sent; its import opens. */
export function UploadForm({
  places,
  organisation,
  choose,
}: {
  places: Places;
  organisation: string;
  choose: (organisation: string) => void;
}) {
  const { upload: text } = importsWords();
  const id = useId();
  const office = useSignal('');
  const profile = useSignal('');
  const profiles = useSignal<readonly string[]>([]);
  const file = useSignal<File | undefined>(undefined);
  const fault = useSignal<'none' | 'tooLarge' | undefined>(undefined);
  const input = useRef<HTMLInputElement>(null);
  const made = useRef<{ of: string; file: File; intent: Intent } | undefined>(undefined);
  const { busy, error, blamed, run } = useSubmission();
  useEffect(() => {
    // Without the list of remembered ways the best one is still found by the server.
    requests.profiles(organisation).then(
      ({ profiles: known }) => void (profiles.value = known.map(({ name }) => name)),
      () => undefined,
    );
  }, [organisation]);
  const submit = (event: Event): void => {
    event.preventDefault();
    const wanted = file.peek();
    fault.value = wanted === undefined ? 'none' : wanted.size > LARGEST ? 'tooLarge' : undefined;
    if (!wanted || fault.value !== undefined) return void input.current?.focus();
    const whose = { organisation, office: office.peek(), profile: profile.peek() };
    const of = JSON.stringify(whose);
    if (made.current?.of !== of || made.current.file !== wanted) {
      made.current = { of, file: wanted, intent: requests.file(whose, wanted) };
    }
    const { intent } = made.current;
    void run(async () => {
      const one = await requests.sendFile(intent, wanted.name);
      goToArea('imports', [one.id]);
    });
  };
  const at = (name: string): string | undefined => (isBlamed(blamed.value, name) ? error.value : undefined);
  const fileFault = fault.value === undefined ? at('file_name') : text[fault.value];
  const placed = ['file_name', 'organisation', 'office', 'mapping'].some((name) => isBlamed(blamed.value, name));
  const org = useSignal(organisation);
  const offices = places.offices.filter((one) => one.organisation === organisation);
  useEffect(() => org.subscribe((value) => void (value !== organisation && choose(value))), [organisation]);
  return (
    <form class="case-form" aria-labelledby={`${id}-title`} onSubmit={submit}>
      <h3 id={`${id}-title`}>{text.title}</h3>
      <p>{text.lead}</p>
      <div class="entry-fields">
        <SelectField
          label={text.organisation}
          value={org}
          required
          options={places.organisations.map(({ id: one, name }) => [one, name])}
          error={at('organisation')}
        />
        <SelectField
          label={text.office}
          hint={text.officeHint}
          value={office}
          none={text.wholeOrganisation}
          options={offices.map(({ id: one, name }) => [one, name])}
          error={at('office')}
        />
        {profiles.value.length > 0 && (
          <SelectField
            label={text.profile}
            value={profile}
            none={text.profileNone}
            options={profiles.value.map((name) => [name, name])}
            error={at('mapping')}
          />
        )}
        <div class="field">
          <label for={`${id}-file`}>{text.file}</label>
          <input
            id={`${id}-file`}
            ref={input}
            type="file"
            accept=".csv,.tsv,.txt,.xlsx"
            {...described(`${id}-file`, undefined, fileFault)}
            onChange={(event) => {
              file.value = event.currentTarget.files?.[0];
              fault.value = undefined;
            }}
          />
          <FieldNotes id={`${id}-file`} error={fileFault} />
        </div>
      </div>
      <FormError text={placed ? undefined : error.value} />
      <div class="buttons">
        <button class="primary" disabled={busy.value}>
          {busy.value ? words().sending : text.submit}
        </button>
        <span role="status">{busy.value ? text.sending : ''}</span>
      </div>
    </form>
  );
}
