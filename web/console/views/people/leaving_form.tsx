import { perform } from '../../api/client';
import { people as requests } from '../../api/people';
import { EntryForm } from '../entry_form';
import { peopleWords } from './words';

/** Notes that a person has left, or is back. */
export function LeavingForm({ id, left, reload }: { id: string; left: boolean; reload: () => void }) {
  const { leaving: text } = peopleWords();
  return (
    <EntryForm
      key={left ? 'back' : 'leave'}
      title={left ? text.back : text.left}
      lead={left ? text.backLead : text.leftLead}
      danger={!left}
      submitWord={left ? text.back : text.left}
      fields={[{ name: 'reason', label: text.reason, hint: text.reasonHint, maxLength: 500, lines: 2 }]}
      intent={({ reason }) => (left ? requests.comeback(id, reason) : requests.departure(id, reason))}
      send={async (intent) => {
        await perform(intent);
        reload();
      }}
      done={() => (left ? peopleWords().leaving.backDone : peopleWords().leaving.leftDone)}
    />
  );
}
