import { rights as requests } from '../../api/rights';
import { perform } from '../../api/client';
import type { Grant } from '../../wire';
import { Modal } from '../dialog';
import { EntryForm } from '../entry_form';
import { roleWords } from '../roles/words';
import { rightsWords } from './words';

/** Ends a grant early, with its reason. */
export function EndGrantDialog({ grant, onClose, onDone }: { grant: Grant; onClose: () => void; onDone: () => void }) {
  const { end: text } = rightsWords();
  const title = text.title(roleWords().role[grant.role]);
  return (
    <Modal title={title} onClose={onClose} tone="danger">
      <EntryForm
        title={grant.name ?? ''}
        lead={text.lead}
        danger
        submitWord={text.submit}
        fields={[{ name: 'reason', label: text.reason, hint: text.reasonHint, required: true, maxLength: 500, lines: 3 }]}
        intent={({ reason = '' }) => requests.endGrant(grant.id, reason)}
        send={async (intent) => {
          await perform(intent);
          onDone();
        }}
        done={() => rightsWords().end.done}
        onCancel={onClose}
      />
    </Modal>
  );
}
