import { words } from '../i18n';
import { leadsToThisComputer } from '../loopback';

/** Says before anybody is invited that phones cannot reach the address at which this console is open; nothing where they can. */
export function OnlyHere() {
  if (!leadsToThisComputer(location.href)) return null;
  return (
    <p class="warning" data-only-here-before>
      {words().onlyHere}
    </p>
  );
}
