import { useSignal } from '@preact/signals';
import { perform } from '../../api/client';
import { people as requests } from '../../api/people';
import { Modal } from '../dialog';
import { EntryForm } from '../entry_form';
import { WhatTheyHold } from './what_they_hold';
import { peopleWords } from './words';

/** Notes that a person has left, or is back. That they have left is asked once more, with what it ends. */
export function LeavingForm({ id, name, left, reload }: { id: string; name: string; left: boolean; reload: () => void }) {
  const { leaving: text } = peopleWords();
  const asked = useSignal(false);
  const close = (): void => void (asked.value = false);
  if (left) return <Form id={id} left reload={reload} />;
  return (
    <>
      <section class="case-form danger-zone" aria-labelledby="leaving-title">
        <h3 id="leaving-title">{text.left}</h3>
        <p>{text.leftLead}</p>
        <div class="buttons">
          <button type="button" class="danger" onClick={() => (asked.value = true)}>
            {text.ask}
          </button>
        </div>
      </section>
      {asked.value && (
        <Modal title={text.confirm(name)} onClose={close} tone="danger">
          <WhatTheyHold person={id} />
          <Form
            id={id}
            left={false}
            reload={() => {
              close();
              reload();
            }}
            onCancel={close}
          />
        </Modal>
      )}
    </>
  );
}

function Form({ id, left, reload, onCancel }: { id: string; left: boolean; reload: () => void; onCancel?: () => void }) {
  const { leaving: text } = peopleWords();
  return (
    <EntryForm
      title={left ? text.back : text.left}
      lead={left ? text.backLead : undefined}
      danger={!left}
      submitWord={left ? text.back : text.submit}
      fields={[{ name: 'reason', label: text.reason, hint: text.reasonHint, maxLength: 500, lines: 2 }]}
      intent={({ reason }) => (left ? requests.comeback(id, reason) : requests.departure(id, reason))}
      send={async (intent) => {
        await perform(intent);
        reload();
      }}
      done={() => (left ? peopleWords().leaving.backDone : peopleWords().leaving.leftDone)}
      onCancel={onCancel}
    />
  );
}
