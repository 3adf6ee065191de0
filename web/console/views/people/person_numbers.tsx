import { useRef } from 'preact/hooks';
import type { Intent } from '../../../api/client';
import type { Wire } from '../../../api/types';
import { Ltr } from '../../../ui/ltr';
import { perform } from '../../api/client';
import { people as requests } from '../../api/people';
import { words } from '../../i18n';
import { tell } from '../../notice';
import { session } from '../../session';
import type { PhoneNumber } from '../../wire';
import { FormError } from '../field';
import { useSubmission } from '../submit';
import { NumberProof } from './number_proof';
import { peopleWords } from './words';

/** The numbers of a person, in the order to try them, each proven or not. */
export function PersonNumbers({ one, reload }: { one: Wire['PersonDetail']; reload: () => void }) {
  const { one: text } = peopleWords();
  const hidden = one.masked?.includes('contacts') === true;
  return (
    <section class="panel" aria-labelledby="person-numbers">
      <h3 id="person-numbers">{text.numbers}</h3>
      {hidden ? (
        <em class="muted">{text.masked}</em>
      ) : one.phones.length === 0 ? (
        <p class="bad">{text.noNumbers}</p>
      ) : (
        <ol class="stack">
          {one.phones.map((phone) => (
            <li key={phone.number}>
              <NumberRow person={one.id ?? ''} phone={phone} reload={reload} />
            </li>
          ))}
        </ol>
      )}
      <p class={one.devices === 0 ? 'bad' : undefined}>{text.devices(one.devices)}</p>
    </section>
  );
}

function NumberRow({ person, phone, reload }: { person: string; phone: PhoneNumber; reload: () => void }) {
  const { one: text } = peopleWords();
  const made = useRef<Intent | undefined>(undefined);
  const { busy, error, run } = useSubmission();
  const id = phone.id;
  const may = id != null && session.value?.permissions.includes('verify_numbers') === true;
  const prove = (): void => {
    if (id == null) return;
    const intent = (made.current ??= requests.called(person, id));
    void run(async () => {
      await perform(intent);
      made.current = undefined;
      tell('good', () => peopleWords().one.called);
      reload();
    });
  };
  return (
    <>
      <a href={`tel:${phone.number}`}>
        <Ltr>{phone.number}</Ltr>
      </a>{' '}
      <span class="muted">{(words().terms.phoneKind as Partial<Record<string, string>>)[phone.kind] ?? phone.kind}</span>{' '}
      <NumberProof phone={phone} />{' '}
      {may && (
        <button type="button" aria-label={text.callOf(phone.number)} disabled={busy.value} onClick={prove}>
          {text.call}
        </button>
      )}
      <FormError text={error.value} />
    </>
  );
}
