import type { Grant } from '../../wire';
import { now } from '../../clock';
import { AreaOf, When } from '../roles/grant_parts';
import { isToCome } from '../roles/to_come';
import { roleWords } from '../roles/words';
import { accountWords } from './words';

/** The grants of whoever is signed in, in force or to come. */
export function OwnGrants({ grants }: { grants: readonly Grant[] }) {
  const { grants: text } = accountWords();
  const roles = roleWords();
  return (
    <section class="panel" aria-labelledby="own-grants-title">
      <h3 id="own-grants-title">{text.title}</h3>
      {grants.length === 0 ? (
        <p>{text.none}</p>
      ) : (
        <div class="table-scroll" tabIndex={0} role="group" aria-labelledby="own-grants-title">
          <table>
            <thead>
              <tr>
                <th scope="col">{text.role}</th>
                <th scope="col">{text.where}</th>
                <th scope="col">{text.from}</th>
                <th scope="col">{text.until}</th>
                <th scope="col">{text.how}</th>
              </tr>
            </thead>
            <tbody>
              {grants.map((grant) => (
                <tr key={grant.id}>
                  <th scope="row">{roles.role[grant.role]}</th>
                  <td>
                    <AreaOf grant={grant} />
                  </td>
                  <td>
                    <When at={grant.from} />
                    {isToCome(grant.from, now.value) && <strong> {text.toCome}</strong>}
                  </td>
                  <td>{grant.until == null ? text.open : <When at={grant.until} />}</td>
                  <td>{roles.origin[grant.origin]}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
