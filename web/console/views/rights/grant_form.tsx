import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Intent } from '../../../api/client';
import type { Wire } from '../../../api/types';
import { perform } from '../../api/client';
import { rights as requests } from '../../api/rights';
import { now } from '../../clock';
import { momentOf } from '../../dates';
import { words } from '../../i18n';
import { tell } from '../../notice';
import { session } from '../../session';
import type { AreaKind, Places, Role } from '../../wire';
import { DateField } from '../date_field';
import { FormError, SelectField, TextField } from '../field';
import { countryName, loadCountries } from '../places/countries';
import { roleWords } from '../roles/words';
import { isBlamed, useSubmission } from '../submit';
import { AREAS_OF, areasToGive, choicesOf, rolesToGive, type AreaOption } from './grantable';
import { rightsWords } from './words';

/** Fields that an error of the server is told at. */
const FIELDS = ['role', 'area', 'area_id', 'country', 'rank', 'from', 'until', 'letter'];

/** Gives a person a role: only kinds of area that the role takes, and only areas within the granter's reach. */
export function GrantForm({ person, name, places, onDone }: { person: string; name: string; places: Places; onDone: () => void }) {
  const { give: text } = rightsWords();
  const roles = roleWords();
  const role = useSignal('');
  const kind = useSignal('');
  const where = useSignal('');
  const rank = useSignal('');
  const from = useSignal('');
  const until = useSignal('');
  const letter = useSignal('');
  const made = useRef<Intent | undefined>(undefined);
  const { busy, error, blamed, run } = useSubmission();
  useEffect(() => void loadCountries(), []);
  const held = session.value?.grants ?? [];
  const choices = choicesOf(places);
  const optionsOf = (one: AreaKind): AreaOption[] => areasToGive(role.value as Role, one, held, choices, now.value);
  const kinds = (role.value === '' ? [] : AREAS_OF[role.value as Role]).filter((one) => optionsOf(one).length > 0);
  // With one kind of area there is nothing to choose.
  const chosen = kinds.length === 1 ? kinds[0] : kinds.find((one) => one === kind.value);
  const options = chosen === undefined ? [] : optionsOf(chosen);
  const at = (field: string): string | undefined => (isBlamed(blamed.value, field) ? error.value : undefined);
  const backwards = isBackwards(momentOf(from.value), momentOf(until.value));
  const submit = (event: Event): void => {
    event.preventDefault();
    if (chosen === undefined || backwards) return;
    const body = bodyOf();
    if (JSON.stringify(made.current?.body) !== JSON.stringify(body)) made.current = requests.grant(body);
    const wanted = made.current;
    if (!wanted) return;
    void run(async () => {
      await perform(wanted);
      made.current = undefined;
      for (const field of [role, kind, where, rank, from, until, letter]) field.value = '';
      tell('good', () => rightsWords().give.done);
      onDone();
    });
  };
  const bodyOf = (): Wire['NewGrant'] => ({
    person,
    role: role.value as Role,
    area: chosen ?? 'office',
    area_id: chosen === 'country' || chosen === 'installation' ? undefined : where.value,
    country: chosen === 'country' ? where.value : undefined,
    from: momentOf(from.value),
    until: momentOf(until.value),
    letter: letter.value.trim() === '' ? undefined : letter.value.trim(),
    rank: role.value === 'warden' && rank.value !== '' ? Number(rank.value) : undefined,
  });
  const placed = FIELDS.some((field) => isBlamed(blamed.value, field));
  return (
    <form class="case-form" aria-labelledby="give-title" onSubmit={submit}>
      <h3 id="give-title">{text.title(name)}</h3>
      <div class="entry-fields">
        <SelectField
          label={text.role}
          value={role}
          required
          options={rolesToGive(held, now.value).map((one) => [one, roles.role[one]])}
          error={at('role')}
        />
        {kinds.length > 1 && (
          <SelectField label={text.kind} value={kind} required options={kinds.map((one) => [one, roles.kind[one]])} error={at('area')} />
        )}
        {chosen !== undefined && chosen !== 'installation' && (
          <SelectField
            key={chosen}
            label={chosen === 'country' ? text.country : `${text.area} (${roles.kind[chosen]})`}
            value={where}
            required
            options={chosen === 'country' ? options.map(([code]) => [code, countryName(code)] as const) : options}
            error={at('area_id') ?? at('country')}
          />
        )}
        {role.value === 'warden' && (
          <SelectField
            label={text.rank}
            value={rank}
            none={text.rankFree}
            options={roles.rank.map((word, index) => [String(index), word])}
            error={at('rank')}
          />
        )}
        {role.value !== '' && kinds.length === 0 && <p class="warning">{text.nothing}</p>}
        <DateField label={text.from} value={from} said={text} error={at('from')} />
        <DateField label={text.until} value={until} said={text} error={at('until') ?? (backwards ? text.backwards : undefined)} />
        <TextField label={text.letter} hint={text.letterHint} value={letter} maxLength={120} dir="auto" error={at('letter')} />
      </div>
      <FormError text={placed ? undefined : error.value} />
      <div class="buttons">
        <button class="primary" disabled={busy.value || chosen === undefined}>
          {busy.value ? words().sending : text.submit}
        </button>
      </div>
    </form>
  );
}

/** Whether a grant would end before it begins. */
export function isBackwards(from: string | undefined, until: string | undefined): boolean {
  return until !== undefined && Date.parse(until) <= (from === undefined ? now.peek() : Date.parse(from));
}
