import { useSignal } from '@preact/signals';
import { Ltr } from '../../../ui/ltr';
import { utcDate } from '../../dates';
import { session } from '../../session';
import { Entrance } from '../entrance';
import { OwnGrants } from './own_grants';
import { OwnPassword } from './own_password';
import { OwnSessions } from './own_sessions';
import { SecondFactor } from './second_factor';
import { accountWords } from './words';

/** One's own account. Who must set up a code generator first sees nothing else. */
export function AccountPage() {
  const text = accountWords();
  const held = session.value;
  // How often the password was changed here: each time the list of sessions is another.
  const changes = useSignal(0);
  if (!held) return null;
  if (held.second_factor_required) {
    return (
      <Entrance title={text.factor.required}>
        <p>{text.factor.requiredLead}</p>
        <SecondFactor />
      </Entrance>
    );
  }
  return (
    <section class="page" aria-labelledby="account-title">
      <h2 id="account-title">{text.title}</h2>
      <p>
        {text.who} <strong dir="auto">{held.name}</strong>. {text.signedInUntil} <Ltr>{utcDate(held.expires)}</Ltr>.
      </p>
      <section class="panel" aria-labelledby="factor-title">
        <h3 id="factor-title">{text.factor.title}</h3>
        <SecondFactor />
      </section>
      <OwnPassword onChanged={() => (changes.value += 1)} />
      <OwnSessions key={changes.value} />
      <OwnGrants grants={held.grants ?? []} />
    </section>
  );
}
