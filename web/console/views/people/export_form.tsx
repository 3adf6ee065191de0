import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { people as requests } from '../../api/people';
import type { Places } from '../../wire';
import { EntryForm } from '../entry_form';
import { peopleWords } from './words';

/** Takes people out as CSV, with a reason that is noted. */
export function ExportForm({ places }: { places: Places }) {
  const { export: text } = peopleWords();
  const file = useSignal<string | undefined>(undefined);
  const drop = (): void => {
    const made = file.peek();
    if (made !== undefined) URL.revokeObjectURL(made);
  };
  useEffect(() => drop, []);
  return (
    <>
      <EntryForm
        title={text.title}
        lead={text.lead}
        submitWord={text.submit}
        fields={[
          { name: 'organisation', label: text.organisation, options: places.organisations.map(({ id, name }) => [id, name]) },
          { name: 'office', label: text.office, options: places.offices.map(({ id, name }) => [id, name]) },
          { name: 'reason', label: text.reason, hint: text.reasonHint, required: true, maxLength: 500, lines: 2 },
        ]}
        intent={({ organisation, office, reason = '' }) => requests.export({ organisation, office, reason })}
        send={async (intent) => {
          const made = URL.createObjectURL(await requests.sendExport(intent));
          drop();
          file.value = made;
        }}
        done={() => peopleWords().export.done}
      />
      {file.value !== undefined && (
        <p role="status">
          <a href={file.value} download="people.csv">
            {text.save}
          </a>
        </p>
      )}
    </>
  );
}
