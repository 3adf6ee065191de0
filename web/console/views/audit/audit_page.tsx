import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Wire } from '../../../api/types';
import { ltr, Ltr } from '../../../ui/ltr';
import { audit as requests } from '../../api/audit';
import { utcDate } from '../../dates';
import { i18n, words } from '../../i18n';
import type { Notice } from '../../wire';
import { FormError, SelectField } from '../field';
import { countryName, loadCountries } from '../places/countries';
import { usePlaces } from '../places_known';
import { roleWords } from '../roles/words';
import { useSubmission } from '../submit';
import { sentenceOf, type Speech } from './sentence';
import { auditWords } from './words';

type About = Wire['NoticeAbout'];

/** More places than this are counted instead of named. */
const MOST_PLACES = 4;

/** What was done with rights, places, lists and phones: the newest first. */
export function AuditPage() {
  const text = auditWords();
  const { places } = usePlaces();
  const scope = useSignal('');
  const notices = useSignal<readonly Notice[] | undefined>(undefined);
  const abouts = useSignal<ReadonlyMap<string, About>>(new Map());
  const next = useSignal<string | undefined>(undefined);
  const { busy, error, run } = useSubmission();
  const load = (after?: string): void => {
    const wanted = scope.value === '' ? undefined : scope.value;
    void run(async () => {
      const page = await requests.page({ scope: wanted, after });
      notices.value = [...(after === undefined ? [] : (notices.peek() ?? [])), ...page.notices];
      abouts.value = new Map([...(after === undefined ? [] : abouts.peek()), ...page.about.map((one) => [one.notice, one] as const)]);
      next.value = page.next ?? undefined;
    });
  };
  useEffect(() => load(), [scope.value]);
  useEffect(() => void loadCountries(), []);
  const scopes = [...(places?.organisations ?? []), ...(places?.offices ?? [])].map(({ id, name }) => [id, name] as const);
  return (
    <section class="page broad" aria-labelledby="audit-title">
      <h2 id="audit-title">{text.title}</h2>
      <p>{text.lead}</p>
      <SelectField label={text.scope} value={scope} options={scopes} none={text.everywhere} />
      <FormError text={error.value} />
      {notices.value === undefined ? (
        error.value === undefined && <p role="status">{words().loading}</p>
      ) : (
        <Deeds notices={notices.value} abouts={abouts.value} names={new Map(scopes)} />
      )}
      {next.value !== undefined && (
        <div class="buttons">
          <button type="button" disabled={busy.value} onClick={() => load(next.peek())}>
            {text.more}
          </button>
        </div>
      )}
    </section>
  );
}

function Deeds({ notices, abouts, names }: { notices: readonly Notice[]; abouts: ReadonlyMap<string, About>; names: ReadonlyMap<string, string> }) {
  const text = auditWords();
  const speech = { text, roles: roleWords(), country: countryName };
  if (notices.length === 0) return <p>{text.none}</p>;
  return (
    <div class="table-scroll panel" tabIndex={0} role="group" aria-labelledby="audit-title">
      <table>
        <thead>
          <tr>
            <th scope="col">{text.when}</th>
            <th scope="col">{text.what}</th>
            <th scope="col">{text.noted}</th>
            <th scope="col">{text.why}</th>
          </tr>
        </thead>
        <tbody>
          {notices.map((notice) => (
            <DeedRow key={notice.id} notice={notice} about={abouts.get(notice.id)} speech={speech} nameOf={(scope) => names.get(scope)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function DeedRow({ notice, about, speech, nameOf }: { notice: Notice; about: About | undefined; speech: Speech; nameOf: (scope: string) => string | undefined }) {
  const { text } = speech;
  const { at, loud, until, reason } = notice;
  const places = (about?.scopes ?? []).flatMap((scope) => nameOf(scope) ?? []);
  return (
    <tr>
      <td class="num">
        <Ltr>{utcDate(at)}</Ltr>
      </td>
      <th scope="row" class="sentence">
        {sentenceOf(notice, about, speech)}
        {until != null && <span class="num"> {text.until(ltr(utcDate(until)))}</span>}
        {loud && <span class="muted"> {text.loud}</span>}
      </th>
      <td>
        {places.length > MOST_PLACES ? (
          text.places(places.length)
        ) : (
          new Intl.ListFormat(i18n.language.value, { type: 'conjunction' })
            .formatToParts(places)
            .map(({ type, value }, index) => (type === 'element' ? <bdi key={index}>{value}</bdi> : value))
        )}
      </td>
      <td dir="auto">{reason}</td>
    </tr>
  );
}
