import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Wire } from '../../../api/types';
import { devices as requests } from '../../api/devices';
import { areaHref } from '../../fragment';
import { i18n, num, words } from '../../i18n';
import { FormError } from '../field';
import { usePlaces } from '../places_known';
import { useSubmission } from '../submit';
import { devicesWords } from './words';

type OfficeEnrolment = Wire['OfficeEnrolment'];
type Figure = 'people' | 'enrolled' | 'invited' | 'number_only' | 'nothing';
const FIGURES: readonly Figure[] = ['people', 'enrolled', 'invited', 'number_only', 'nothing'];

/** How far every office is: the figures of a line add up to its people. */
export function Progress() {
  const { progress: text } = devicesWords();
  const { places } = usePlaces();
  const offices = useSignal<readonly OfficeEnrolment[] | undefined>(undefined);
  const { error, run } = useSubmission();
  useEffect(() => void run(async () => void (offices.value = await requests.progress())), []);
  const nameOf = (id: string): string => places?.offices.find((office) => office.id === id)?.name ?? id;
  const order = new Intl.Collator(i18n.language.value);
  const sorted = [...(offices.value ?? [])].sort((a, b) => order.compare(nameOf(a.office), nameOf(b.office)));
  if (error.value !== undefined) return <FormError text={error.value} />;
  if (offices.value === undefined) return <p role="status">{words().loading}</p>;
  if (offices.value.length === 0) return <p>{text.none}</p>;
  return (
    <div class="table-scroll panel" tabIndex={0} role="group" aria-label={text.title}>
      <table class="figures">
        <caption>{text.title}</caption>
        <thead>
          <tr>
            <th scope="col">{text.office}</th>
            <th scope="col">{text.people}</th>
            <th scope="col">{text.enrolled}</th>
            <th scope="col">{text.invited}</th>
            <th scope="col">{text.numberOnly}</th>
            <th scope="col">{text.nothing}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {sorted.map((one) => (
            <tr key={one.office}>
              <th scope="row">
                <bdi>{nameOf(one.office)}</bdi>
              </th>
              {FIGURES.map((figure) => (
                <Cell key={figure} figure={figure} value={one[figure]} />
              ))}
              <td>
                {one.number_only + one.nothing > 0 && (
                  <a class="button" href={areaHref('devices', [], { office: one.office })} aria-label={text.inviteOf(nameOf(one.office))}>
                    {text.invite}
                  </a>
                )}
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{text.all}</th>
            {FIGURES.map((figure) => (
              <Cell key={figure} figure={figure} value={totalOf(offices.value ?? [], figure)} />
            ))}
            <td />
          </tr>
        </tfoot>
      </table>
    </div>
  );
}

/** The sum of one figure over all offices. */
export function totalOf(offices: readonly OfficeEnrolment[], figure: Figure): number {
  return offices.reduce((sum, one) => sum + one[figure], 0);
}

function Cell({ figure, value }: { figure: Figure; value: number }) {
  return <td class={`num ${figure === 'nothing' && value > 0 ? 'none-left' : ''}`}>{num(value)}</td>;
}
