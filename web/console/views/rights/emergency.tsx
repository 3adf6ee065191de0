import { perform } from '../../api/client';
import { rights as requests } from '../../api/rights';
import { utcDate } from '../../dates';
import { ltr } from '../../../ui/ltr';
import { words } from '../../i18n';
import { tell } from '../../notice';
import { refreshSession, session } from '../../session';
import type { Grant, Places } from '../../wire';
import { EntryForm, type EntryField } from '../entry_form';
import { usePlaces } from '../places_known';
import { rightsWords } from './words';

/** What is taken in an emergency, for a reason that everybody concerned is told. */
export function Emergency() {
  const held = session.value?.permissions ?? [];
  const { places } = usePlaces();
  if (!places) return <p role="status">{words().loading}</p>;
  return (
    <>
      {held.includes('break_glass') && <BreakGlass places={places} />}
      {held.includes('unseal_names') && <Unseal places={places} />}
    </>
  );
}

function reasonField(): EntryField {
  const { emergency: text } = rightsWords();
  return { name: 'reason', label: text.reason, hint: text.reasonHint, required: true, maxLength: 500, lines: 3 };
}

function countriesOf({ offices }: Places): string[] {
  return [...new Set(offices.map(({ country }) => country))].sort();
}

function BreakGlass({ places }: { places: Places }) {
  const { emergency: text } = rightsWords();
  const over: (readonly [string, string])[] = [
    ...places.offices.map(({ id, name }) => [`office ${id}`, name] as const),
    ...countriesOf(places).map((code) => [`country ${code}`, `${text.country} ${code}`] as const),
  ];
  return (
    <EntryForm
      title={text.glass}
      lead={text.glassLead}
      danger
      submitWord={text.submitGlass}
      fields={[{ name: 'over', label: text.over, required: true, options: over, pointer: 'area_id' }, reasonField()]}
      intent={({ over: chosen = '', reason = '' }) => {
        const [kind, value] = chosen.split(' ');
        return requests.breakGlass(
          kind === 'country' ? { area: 'country', country: value, reason } : { area: 'office', area_id: value, reason },
        );
      }}
      send={async (intent) => {
        const { until } = await perform<Grant>(intent);
        tell('good', () => rightsWords().emergency.glassDone(ltr(utcDate(until ?? ''))));
        await refreshSession();
      }}
    />
  );
}

function Unseal({ places }: { places: Places }) {
  const { emergency: text } = rightsWords();
  return (
    <EntryForm
      title={text.unseal}
      lead={text.unsealLead}
      danger
      submitWord={text.submitUnseal}
      fields={[
        { name: 'country', label: text.country, required: true, options: countriesOf(places).map((code) => [code, code]) },
        { name: 'hours', label: text.hours, required: true, ltr: true, maxLength: 2, value: '4' },
        reasonField(),
      ]}
      intent={({ country = '', hours = '', reason = '' }) => requests.unseal({ country, hours: Number(hours), reason })}
      send={async (intent) => {
        const { until } = await perform<Grant>(intent);
        tell('good', () => rightsWords().emergency.unsealDone(ltr(utcDate(until ?? ''))));
        await refreshSession();
      }}
    />
  );
}
