import { useId } from 'preact/hooks';
import type { Signal } from '@preact/signals';
import { ltr } from '../../ui/ltr';
import { momentOf, ownZone, utcDate } from '../dates';
import { described, FieldNotes } from './field';

/** What is said below the field. */
interface DateWords {
  /** In whose time it is typed. */
  zone: (zone: string) => string;
  /** The same in UTC. */
  utc: (stamp: string) => string;
}

/** A moment, typed in the time of this computer, with the same in UTC below it. */
export function DateField({
  label,
  value,
  said,
  error,
  required,
}: {
  label: string;
  value: Signal<string>;
  said: DateWords;
  error?: string;
  required?: boolean;
}) {
  const id = useId();
  const at = momentOf(value.value);
  const hint = `${said.zone(ltr(ownZone()))} ${at === undefined ? '' : said.utc(ltr(utcDate(at)))}`;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="datetime-local"
        value={value.value}
        required={required}
        {...described(id, hint, error)}
        onInput={(event) => (value.value = event.currentTarget.value)}
      />
      <FieldNotes id={id} hint={hint} error={error} />
    </div>
  );
}
