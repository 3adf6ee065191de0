import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Ltr } from '../../../ui/ltr';
import { audit as requests } from '../../api/audit';
import { utcDate } from '../../dates';
import { words } from '../../i18n';
import type { Notice } from '../../wire';
import { FormError, SelectField } from '../field';
import { usePlaces } from '../places_known';
import { useSubmission } from '../submit';
import { auditWords } from './words';

/** What was done with rights, places, lists and phones: the newest first. */
export function AuditPage() {
  const text = auditWords();
  const { places } = usePlaces();
  const scope = useSignal('');
  const notices = useSignal<readonly Notice[] | undefined>(undefined);
  const next = useSignal<string | undefined>(undefined);
  const { busy, error, run } = useSubmission();
  const load = (after?: string): void => {
    const wanted = scope.value === '' ? undefined : scope.value;
    void run(async () => {
      const page = await requests.page({ scope: wanted, after });
      notices.value = [...(after === undefined ? [] : (notices.peek() ?? [])), ...page.notices];
      next.value = page.next ?? undefined;
    });
  };
  useEffect(() => load(), [scope.value]);
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
        <Deeds notices={notices.value} />
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

function Deeds({ notices }: { notices: readonly Notice[] }) {
  const text = auditWords();
  if (notices.length === 0) return <p>{text.none}</p>;
  return (
    <div class="table-scroll panel" tabIndex={0} role="group" aria-labelledby="audit-title">
      <table>
        <thead>
          <tr>
            <th scope="col">{text.when}</th>
            <th scope="col">{text.who}</th>
            <th scope="col">{text.what}</th>
            <th scope="col">{text.details}</th>
            <th scope="col">{text.why}</th>
          </tr>
        </thead>
        <tbody>
          {notices.map((notice) => (
            <DeedRow key={notice.id} notice={notice} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function DeedRow({ notice: { at, actor, deed, loud, what, until, reason } }: { notice: Notice }) {
  const text = auditWords();
  // A newer server knows deeds that this page does not: its own word is better than a missing line.
  const known = (text.deed as Partial<Record<string, string>>)[deed] ?? deed;
  return (
    <tr>
      <td class="num">
        <Ltr>{utcDate(at)}</Ltr>
      </td>
      <td>
        <bdi>{actor.kind === 'system' ? text.system : actor.name}</bdi>
      </td>
      <th scope="row">
        {known}
        {loud && <span class="muted"> · {text.loud}</span>}
      </th>
      <td dir="auto">
        {what}
        {until != null && <span class="num muted"> {text.until(utcDate(until))}</span>}
      </td>
      <td dir="auto">{reason}</td>
    </tr>
  );
}
