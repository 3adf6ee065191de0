import { useSignal } from '@preact/signals';
import { now } from '../../clock';
import { words } from '../../i18n';
import { session } from '../../session';
import type { Grant } from '../../wire';
import { FormError } from '../field';
import { AreaOf, When } from '../roles/grant_parts';
import { isToCome } from '../roles/to_come';
import { roleWords } from '../roles/words';
import { AdInterimDialog } from './ad_interim';
import { EndGrantDialog } from './end_grant';
import type { GrantList } from './grant_list';
import { rightsWords } from './words';

type Asked = { what: 'end' | 'interim'; grant: Grant };

/** Grants, with what may be done to each. */
export function GrantsTable({ list, label, showHolder }: { list: GrantList; label: string; showHolder: boolean }) {
  const text = rightsWords();
  const asked = useSignal<Asked | undefined>(undefined);
  const close = (): void => void (asked.value = undefined);
  const done = (): void => {
    close();
    list.reload();
  };
  if (list.error.value !== undefined) return <FormError text={list.error.value} />;
  if (list.grants === undefined) return <p role="status">{words().loading}</p>;
  if (list.grants.length === 0) return <p role="status">{text.noGrants}</p>;
  return (
    <>
      <div class="table-scroll panel" tabIndex={0} role="group" aria-label={label}>
        <table>
          <thead>
            <tr>
              {showHolder && <th scope="col">{text.holder}</th>}
              <th scope="col">{text.role}</th>
              <th scope="col">{text.where}</th>
              <th scope="col">{text.from}</th>
              <th scope="col">{text.until}</th>
              <th scope="col">{text.how}</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {list.grants.map((grant) => (
              <GrantRow key={grant.id} grant={grant} showHolder={showHolder} ask={(what) => (asked.value = { what, grant })} />
            ))}
          </tbody>
        </table>
      </div>
      {list.more && (
        <div class="buttons">
          <button type="button" disabled={list.busy} onClick={list.more}>
            {text.more}
          </button>
        </div>
      )}
      {asked.value?.what === 'end' && <EndGrantDialog grant={asked.value.grant} onClose={close} onDone={done} />}
      {asked.value?.what === 'interim' && <AdInterimDialog grant={asked.value.grant} onClose={close} onDone={done} />}
    </>
  );
}

/** How a grant stands at a moment. */
export function standing({ from, until, ended_at }: Pick<Grant, 'from' | 'until' | 'ended_at'>, at: number): 'ended' | 'over' | 'toCome' | 'on' {
  if (ended_at != null) return 'ended';
  if (until != null && Date.parse(until) <= at) return 'over';
  return isToCome(from, at) ? 'toCome' : 'on';
}

function GrantRow({ grant, showHolder, ask }: { grant: Grant; showHolder: boolean; ask: (what: Asked['what']) => void }) {
  const text = rightsWords();
  const roles = roleWords();
  const stands = standing(grant, now.value);
  const past = stands === 'ended' || stands === 'over';
  const role = roles.role[grant.role];
  const note = { ended: text.endedEarly, over: text.over, toCome: undefined, on: undefined }[stands];
  return (
    <tr class={past ? 'past' : undefined}>
      {showHolder && (
        <th scope="row">
          <bdi>{grant.name}</bdi>
        </th>
      )}
      <td>
        <strong>{role}</strong>
        {grant.rank != null && grant.rank > 0 && <span class="muted"> {roles.rank[grant.rank]}</span>}
      </td>
      <td>
        <AreaOf grant={grant} />
      </td>
      <td>
        <When at={grant.from} />
        {stands === 'toCome' && <strong> {text.toCome}</strong>}
      </td>
      <td>
        {grant.ended_at != null ? <When at={grant.ended_at} /> : grant.until == null ? text.open : <When at={grant.until} />}
        {note !== undefined && <strong> {note}</strong>}
      </td>
      <td>
        {roles.origin[grant.origin]}
        {grant.letter != null && (
          <span class="muted" dir="auto">
            {' '}
            {grant.letter}
          </span>
        )}
        {grant.reason != null && (
          <span class="muted" dir="auto">
            {' '}
            {grant.reason}
          </span>
        )}
      </td>
      <td>{!past && <GrantActs grant={grant} role={role} ask={ask} />}</td>
    </tr>
  );
}

/** What may be done to a grant in force or to come; the server has the last word. */
function GrantActs({ grant, role, ask }: { grant: Grant; role: string; ask: (what: Asked['what']) => void }) {
  const text = rightsWords();
  const mayDelegate = grant.origin === 'appointment' && grant.role !== 'personnel';
  const mayEnd = mayActOn(grant);
  return (
    <span class="row-acts">
      {mayEnd && mayDelegate && (
        <button type="button" aria-label={text.interim.of(role, grant.name ?? '')} onClick={() => ask('interim')}>
          {text.interim.press}
        </button>
      )}
      {mayEnd && (
        <button type="button" aria-label={text.end.of(role, grant.name ?? '')} onClick={() => ask('end')}>
          {text.end.press}
        </button>
      )}
    </span>
  );
}

function mayActOn(grant: Grant): boolean {
  const held = session.value;
  if (!held) return false;
  const grants = held.permissions.includes('grant_roles');
  return grants || grant.person === held.person || (grant.role === 'warden' && held.permissions.includes('appoint_wardens'));
}
