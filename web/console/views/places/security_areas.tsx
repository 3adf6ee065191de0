import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Wire } from '../../../api/types';
import { ltr, Ltr } from '../../../ui/ltr';
import { perform } from '../../api/client';
import { zones as requests } from '../../api/zones';
import { now } from '../../clock';
import { utcDate } from '../../dates';
import { words } from '../../i18n';
import type { Places } from '../../wire';
import { Modal } from '../dialog';
import { EntryForm, type EntryField } from '../entry_form';
import { FormError } from '../field';
import { useSubmission } from '../submit';
import { countryName } from './countries';
import { named } from './offices';
import { gradesOf, outlineOf, utcMoment } from './outline';
import { AddForm, mayEdit, PlaceActs, PlaceTable } from './place_acts';
import { placesWords } from './words';
import { boundaryField, checkOutline, countriesHere } from './zones';

type AreaDetail = Wire['SecurityAreaDetail'];
type Kind = Wire['SecurityAreaKind'];

/** Security areas with the grade of each, the history of grades, and the schemes they are graded by. */
export function SecurityAreas({ places, reload }: { places: Places; reload: () => Promise<void> }) {
  const text = placesWords();
  const areas = useSignal<readonly AreaDetail[] | undefined>(undefined);
  const shown = useSignal<AreaDetail | undefined>(undefined);
  const { error, run } = useSubmission();
  const load = async (): Promise<void> => void (await run(async () => void (areas.value = await requests.areas())));
  useEffect(() => void load(), []);
  const both = async (): Promise<void> => {
    await Promise.all([load(), reload()]);
  };
  if (error.value !== undefined) return <FormError text={error.value} />;
  if (areas.value === undefined) return <p role="status">{words().loading}</p>;
  return (
    <>
      <PlaceTable id="areas-title" title={text.tab.areas} columns={[text.name, text.kind, text.country, text.gradeNow]} empty={areas.value.length === 0}>
        {areas.value.map((one) => (
          <AreaRow key={one.id} one={one} places={places} reload={both} onHistory={() => (shown.value = one)} />
        ))}
      </PlaceTable>
      {shown.value && (
        <HistoryDialog one={shown.value} schemes={places.grading_schemes} onClose={() => (shown.value = undefined)} onGraded={load} />
      )}
      <AddForm
        title={text.areaAdd}
        onDone={both}
        fields={[
          { name: 'country', label: text.country, required: true, options: countriesHere(places), keep: true },
          { name: 'kind', label: text.kind, required: true, options: Object.entries(text.areaKind) },
          ...areaFields(places),
        ]}
        check={checkOutline}
        intent={({ country = '', parent, kind, name = '', scheme, boundary }) =>
          requests.newArea({
            country,
            parent,
            kind: kind as Kind,
            name,
            scheme,
            boundary: boundary === undefined ? undefined : outlineOf(boundary),
          })
        }
      />
      <Schemes places={places} reload={reload} />
    </>
  );
}

function areaFields(places: Places, one?: AreaDetail): EntryField[] {
  const text = placesWords();
  const others = places.security_areas.filter(({ id, country }) => !one || (id !== one.id && country === one.country));
  return [
    { name: 'name', label: text.name, required: true, maxLength: 200, value: one?.name },
    { name: 'parent', label: text.parent, options: named(others), value: one?.parent ?? undefined },
    { name: 'scheme', label: text.scheme, options: named(places.grading_schemes), value: one?.scheme ?? undefined },
    boundaryField(one?.boundary),
  ];
}

/** What people call a grade of an area's scheme; its code when the scheme is not known. */
export function gradeName(code: string, scheme: string | null | undefined, schemes: Places['grading_schemes']): string {
  return schemes.find(({ id }) => id === scheme)?.grades.find((grade) => grade.code === code)?.name ?? code;
}

function AreaRow({ one, places, reload, onHistory }: { one: AreaDetail; places: Places; reload: () => Promise<void>; onHistory: () => void }) {
  const text = placesWords();
  const { grade, boundary } = one;
  return (
    <tr>
      <th scope="row">
        <bdi>{one.name}</bdi>
        {boundary != null && <span class="muted"> · {text.outlined}</span>}
      </th>
      <td>{text.areaKind[one.kind]}</td>
      <td>{countryName(one.country)}</td>
      <td>
        {grade == null ? (
          <span class="muted">{text.noGrade}</span>
        ) : (
          <>
            <strong dir="auto">{gradeName(grade.grade, one.scheme, places.grading_schemes)}</strong>{' '}
            <span class="muted num">
              {text.gradeFrom} <Ltr>{utcDate(grade.from)}</Ltr>
            </span>
          </>
        )}{' '}
        {one.scheme != null && (
          <button type="button" aria-label={`${text.history}: ${one.name}`} onClick={onHistory}>
            {text.history}
          </button>
        )}
      </td>
      {mayEdit() && (
        <td>
          <PlaceActs
            name={one.name}
            onDone={reload}
            change={{
              fields: areaFields(places, one),
              check: checkOutline,
              intent: ({ name, parent, scheme, boundary }) =>
                requests.changeArea(one.id, {
                  name,
                  parent: parent ?? null,
                  scheme: scheme ?? null,
                  boundary: boundary === undefined ? null : (outlineOf(boundary) ?? null),
                }),
            }}
            end={() => requests.endArea(one.id)}
          />
        </td>
      )}
    </tr>
  );
}

/** The grades that an area had, has and will have, and the form for the next one. */
function HistoryDialog({
  one: area,
  schemes,
  onClose,
  onGraded,
}: {
  one: AreaDetail;
  schemes: Places['grading_schemes'];
  onClose: () => void;
  onGraded: () => Promise<void>;
}) {
  const text = placesWords();
  const grades = useSignal<readonly Wire['AreaGrade'][] | undefined>(undefined);
  const { error, run } = useSubmission();
  const load = (): void => void run(async () => void (grades.value = await requests.history(area.id)));
  useEffect(load, []);
  const scheme = schemes.find(({ id }) => id === area.scheme);
  return (
    <Modal title={text.historyOf(area.name)} onClose={onClose}>
      <FormError text={error.value} />
      {grades.value === undefined && error.value === undefined && <p role="status">{words().loading}</p>}
      {grades.value?.length === 0 && <p>{text.noGrade}</p>}
      <ol class="grade-history">
        {grades.value?.map((grade) => (
          <li key={`${grade.from} ${grade.set_at}`}>
            <strong dir="auto">{gradeName(grade.grade, area.scheme, schemes)}</strong>{' '}
            <span class="num">
              {text.gradeFrom} <Ltr>{utcDate(grade.from)}</Ltr>
            </span>
            {Date.parse(grade.from) > now.value && <strong> {text.toCome}</strong>}
            <p dir="auto">{grade.reason}</p>
            <p class="muted num">{text.entered(ltr(utcDate(grade.set_at)))}</p>
          </li>
        ))}
      </ol>
      {scheme && mayEdit() && (
        <EntryForm
          title={text.gradeSet(area.name)}
          submitWord={text.save}
          fields={[
            { name: 'grade', label: text.grade, required: true, options: scheme.grades.map(({ code, name }) => [code, name]) },
            { name: 'from', label: text.gradeFrom, hint: text.gradeFromHint, ltr: true, maxLength: 20 },
            { name: 'reason', label: text.reason, required: true, maxLength: 1_000, lines: 3 },
          ]}
          check={({ from }) => (from === undefined || utcMoment(from) !== undefined ? undefined : { name: 'from', text: text.gradeFromBad })}
          intent={({ grade = '', from, reason = '' }) =>
            requests.grade(area.id, { grade, reason, from: from === undefined ? undefined : utcMoment(from) })
          }
          send={async (intent) => {
            await perform(intent);
            load();
            await onGraded();
          }}
        />
      )}
    </Modal>
  );
}

function Schemes({ places, reload }: { places: Places; reload: () => Promise<void> }) {
  const text = placesWords();
  return (
    <>
      <section class="stack" aria-labelledby="schemes-title">
        <h3 id="schemes-title">{text.schemes}</h3>
        {places.grading_schemes.length === 0 ? (
          <p>{text.none}</p>
        ) : (
          <ul>
            {places.grading_schemes.map((scheme) => (
              <li key={scheme.id}>
                <strong dir="auto">{scheme.name}</strong>: <span dir="auto">{scheme.grades.map(({ name }) => name).join(' · ')}</span>
              </li>
            ))}
          </ul>
        )}
      </section>
      <AddForm
        title={text.schemeAdd}
        lead={text.schemeLead}
        onDone={reload}
        fields={[
          { name: 'name', label: text.name, required: true, maxLength: 100 },
          { name: 'grades', label: text.grades, hint: text.gradesHint, required: true, lines: 5 },
        ]}
        check={({ grades = '' }) => (gradesOf(grades) ? undefined : { name: 'grades', text: text.gradesBad })}
        intent={({ name = '', grades = '' }) => requests.newScheme({ name, grades: gradesOf(grades) ?? [] })}
      />
    </>
  );
}
