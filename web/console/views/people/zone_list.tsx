import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Wire } from '../../../api/types';
import { Ltr } from '../../../ui/ltr';
import { people as requests } from '../../api/people';
import { words } from '../../i18n';
import type { Places } from '../../wire';
import { FormError, SelectField } from '../field';
import { useSubmission } from '../submit';
import { NumberProof } from './number_proof';
import { peopleWords } from './words';

/** The people of a zone as its warden sees them, whoever employs them. */
export function ZoneList({ places, wanted }: { places: Places; wanted: string | undefined }) {
  const { zone: text } = peopleWords();
  const zone = useSignal(places.zones.find(({ id }) => id === wanted)?.id ?? places.zones[0]?.id ?? '');
  if (zone.value === '') return <p>{text.noZone}</p>;
  return (
    <div class="stack">
      <h3>{text.title}</h3>
      <p>{text.lead}</p>
      <SelectField label={text.which} value={zone} options={places.zones.map(({ id, name }) => [id, name])} />
      <Neighbours key={zone.value} zone={zone.value} />
    </div>
  );
}

function Neighbours({ zone }: { zone: string }) {
  const { zone: text, list, name, kind, callSign } = peopleWords();
  const found = useSignal<readonly Wire['Neighbour'][] | undefined>(undefined);
  const next = useSignal<string | undefined>(undefined);
  const { busy, error, run } = useSubmission();
  const load = (after?: string): void =>
    void run(async () => {
      const page = await requests.ofZone(zone, after);
      found.value = [...(after === undefined ? [] : (found.peek() ?? [])), ...page.people];
      next.value = page.next ?? undefined;
    });
  useEffect(() => load(), []);
  if (found.value === undefined) return error.value === undefined ? <p role="status">{words().loading}</p> : <FormError text={error.value} />;
  if (found.value.length === 0) return <p role="status">{list.none}</p>;
  return (
    <>
      <div class="table-scroll panel" tabIndex={0} role="region" aria-label={text.title}>
        <table>
          <thead>
            <tr>
              <th scope="col">{name}</th>
              <th scope="col">{text.organisation}</th>
              <th scope="col">{kind}</th>
              <th scope="col">{callSign}</th>
              <th scope="col">{list.numbers}</th>
            </tr>
          </thead>
          <tbody>
            {found.value.map((one) => (
              <tr key={one.id}>
                <th scope="row">
                  <bdi>{one.name}</bdi>
                </th>
                <td>
                  <bdi>{one.organisation}</bdi>
                </td>
                <td>{words().terms.personKind[one.kind]}</td>
                <td>
                  <Ltr>{one.call_sign}</Ltr>
                </td>
                <td>
                  {one.phones.length === 0 ? (
                    <span class="bad">{list.noNumber}</span>
                  ) : (
                    <ul>
                      {one.phones.map((phone) => (
                        <li key={phone.number}>
                          <a href={`tel:${phone.number}`}>
                            <Ltr>{phone.number}</Ltr>
                          </a>{' '}
                          <NumberProof phone={phone} />
                        </li>
                      ))}
                    </ul>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <FormError text={error.value} />
      {next.value !== undefined && (
        <div class="buttons">
          <button type="button" disabled={busy.value} onClick={() => load(next.peek())}>
            {list.more}
          </button>
        </div>
      )}
    </>
  );
}
