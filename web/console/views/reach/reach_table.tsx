import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Wire } from '../../../api/types';
import { people as requests } from '../../api/people';
import { areaHref } from '../../fragment';
import { i18n, num, words } from '../../i18n';
import { FormError } from '../field';
import { useSubmission } from '../submit';
import { COUNTS, percent, totals, type Count } from './totals';
import { reachWords } from './words';

/** Who is reachable, by office: in reach, or of one organisation or office. */
export function ReachTable({ organisation, office }: { organisation?: string; office?: string }) {
  const text = reachWords();
  const found = useSignal<readonly Wire['OfficeReach'][] | undefined>(undefined);
  const { error, run } = useSubmission();
  useEffect(
    () => void run(async () => void (found.value = (await requests.reachability({ organisation, office })).offices)),
    [organisation, office],
  );
  const offices = found.value;
  return (
    <div class="stack">
      <h3>{text.title}</h3>
      <p>{text.lead}</p>
      <FormError text={error.value} />
      {offices === undefined && error.value === undefined && <p role="status">{words().loading}</p>}
      {offices?.length === 0 && <p role="status">{text.none}</p>}
      {offices !== undefined && offices.length > 0 && <Offices offices={offices} />}
    </div>
  );
}

function Offices({ offices }: { offices: readonly Wire['OfficeReach'][] }) {
  const text = reachWords();
  const all = totals(offices);
  const unreachable = all.people - all.reachable;
  return (
    <>
      <p role="status" class={unreachable > 0 ? 'warning' : undefined}>
        {unreachable > 0 ? text.unreachable(num(unreachable), num(all.people)) : text.allReachable}
      </p>
      <div class="table-scroll panel" tabIndex={0} role="region" aria-label={text.title}>
        <table class="figures">
          <thead>
            <tr>
              <th scope="col">{text.office}</th>
              {COUNTS.map((count) => (
                <th key={count} scope="col">
                  {text[count]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {offices.map((one) => (
              <tr key={one.office}>
                <th scope="row">
                  <a href={areaHref('people', [], { office: one.office })} aria-label={text.open(`${one.name}, ${one.organisation}`)}>
                    <bdi>{one.name}</bdi>
                  </a>{' '}
                  <span class="muted">
                    <bdi>{one.organisation}</bdi>
                  </span>
                </th>
                {COUNTS.map((count) => (
                  <Figure key={count} count={count} of={one} />
                ))}
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{text.all}</th>
              {COUNTS.map((count) => (
                <Figure key={count} count={count} of={all} />
              ))}
            </tr>
          </tfoot>
        </table>
      </div>
    </>
  );
}

function Figure({ count, of }: { count: Count; of: Record<Count, number> }) {
  const part = count === 'people' ? undefined : percent(of[count], of.people);
  const share = new Intl.NumberFormat(i18n.language.value, { style: 'percent' });
  return (
    <td class={`num ${count === 'nothing' && of.nothing > 0 ? 'bad' : ''}`}>
      {num(of[count])} {part !== undefined && <span class="muted">{share.format(part / 100)}</span>}
    </td>
  );
}
