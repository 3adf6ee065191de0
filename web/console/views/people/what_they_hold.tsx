import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { explain } from '../../actions';
import { devices } from '../../api/devices';
import { rights } from '../../api/rights';
import { sessions } from '../../api/sessions';
import { mayOpen } from '../../area_names';
import { areaHref } from '../../fragment';
import { words } from '../../i18n';
import { session } from '../../session';
import { heldOf, type Held } from './held';
import { peopleWords } from './words';

/** What somebody loses when they are noted as having left, and what they still hold: as far as the session may know. */
export function WhatTheyHold({ person }: { person: string }) {
  const { leaving: text } = peopleWords();
  const found = useSignal<Held | undefined>(undefined);
  const failed = useSignal<{ why: unknown } | undefined>(undefined);
  useEffect(() => {
    const may = session.peek()?.permissions ?? [];
    const asking = [
      may.includes('grant_roles') ? rights.grants({ person }) : undefined,
      may.includes('end_sessions') ? sessions.of(person) : undefined,
      may.includes('enrol_phones') ? devices.of(person) : undefined,
    ] as const;
    Promise.all(asking).then(
      (answers) => void (found.value = heldOf(...answers)),
      (why: unknown) => void (failed.value = { why }),
    );
  }, [person]);
  const held = found.value;
  if (failed.value) return <p class="warning">{text.notAsked(explain(failed.value.why))}</p>;
  if (!held) return <p role="status">{words().loading}</p>;
  const { roles, sessions: open, codes, phones } = held;
  return (
    <>
      <p>{text.ends}</p>
      <ul class="effects" data-ends>
        <li>{roles === undefined ? text.rolesUnknown : text.roles(roles)}</li>
        <li>{open === undefined ? text.sessionsUnknown : text.sessions(open)}</li>
        <li>{codes === undefined ? text.codesUnknown : text.codes(codes)}</li>
      </ul>
      <p>{text.keeps}</p>
      <ul class="effects" data-keeps>
        <li>
          {phones === undefined ? text.phonesUnknown : text.phones(phones)}{' '}
          {phones !== undefined && phones > 0 && session.value && mayOpen('devices', session.value) && (
            <a href={areaHref('devices', ['person'], { person })}>{text.toPhones}</a>
          )}
        </li>
        <li>{text.kept}</li>
      </ul>
    </>
  );
}
