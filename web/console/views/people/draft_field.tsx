import { useId } from 'preact/hooks';
import { words } from '../../i18n';
import type { Places } from '../../wire';
import { described, FieldNotes } from '../field';
import type { Line } from './editing';
import { isRelation, lineName, optionsOf } from './lines';
import { RelationField } from './relation_field';
import { peopleWords } from './words';

const NEEDED: readonly Line[] = ['name', 'office', 'kind'];
const LEFT_TO_RIGHT: readonly Line[] = ['external_id', 'email', 'call_sign', 'languages', 'time_zone', 'fallback.number', 'passport.number', 'passport.country', 'passport.expires', 'medical.blood_group', 'phones'];

/** One field of the form. */
export function DraftField({
  line,
  value,
  places,
  set,
  error,
}: {
  line: Line;
  value: string;
  places: Places;
  set: (line: Line, value: string) => void;
  error: string | undefined;
}) {
  const { edit, languagesHint } = peopleWords();
  const id = useId();
  if (isRelation(line)) return <RelationField line={line} value={value} set={set} error={error} />;
  const options = optionsOf(line, places);
  const hint = line === 'phones' ? edit.phonesHint : line === 'languages' ? languagesHint : undefined;
  const required = NEEDED.includes(line);
  const common = { id, name: line, required, value, ...described(id, hint, error) };
  const dir = LEFT_TO_RIGHT.includes(line) ? 'ltr' : 'auto';
  const isDate = line === 'present_from' || line === 'present_until';
  return (
    <div class={line === 'phones' || line === 'medical.notes' ? 'field field-wide' : 'field'}>
      <label for={id}>{lineName(line)}</label>
      {options ? (
        <select {...common} onChange={(event) => set(line, event.currentTarget.value)}>
          {!required && <option value="">{words().areas.none}</option>}
          {options.map(([option, word]) => (
            <option key={option} value={option}>
              {word}
            </option>
          ))}
        </select>
      ) : line === 'phones' || line === 'medical.notes' ? (
        <textarea {...common} rows={3} dir={dir} onInput={(event) => set(line, event.currentTarget.value)} />
      ) : isDate ? (
        <input {...common} type="datetime-local" onInput={(event) => set(line, event.currentTarget.value)} />
      ) : (
        <input {...common} dir={dir} autoComplete="off" onInput={(event) => set(line, event.currentTarget.value)} />
      )}
      <FieldNotes id={id} hint={hint} error={error} />
    </div>
  );
}
