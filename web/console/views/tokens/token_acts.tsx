import type { Wire } from '../../../api/types';
import { perform } from '../../api/client';
import { tokens as requests } from '../../api/tokens';
import { Modal } from '../dialog';
import { EntryForm } from '../entry_form';
import { wholeNumber } from './numbers';
import { tokensWords } from './words';

interface ActProps {
  token: Wire['ServiceToken'];
  onClose: () => void;
  onDone: () => void;
}

/** As many people as a token may ever be let note as having left. */
const MOST_PEOPLE = 1_000_000;

/** Ends a token, with its reason. */
export function EndDialog({ token, onClose, onDone }: ActProps) {
  const { end: text } = tokensWords();
  return (
    <Modal title={text.title(token.name)} onClose={onClose} tone="danger">
      <EntryForm
        title={token.name}
        lead={text.lead}
        danger
        submitWord={text.submit}
        fields={[{ name: 'reason', label: text.reason, hint: text.reasonHint, required: true, maxLength: 300, lines: 2 }]}
        intent={({ reason = '' }) => requests.end(token.id, reason)}
        send={(intent) => perform(intent).then(onDone)}
        done={() => tokensWords().end.done}
        onCancel={onClose}
      />
    </Modal>
  );
}

/** Takes a token over, with its reason: who presses answers for it from then on. */
export function HoldDialog({ token, onClose, onDone }: ActProps) {
  const { hold: text, end } = tokensWords();
  return (
    <Modal title={text.title(token.name)} onClose={onClose}>
      <EntryForm
        title={token.name}
        lead={text.lead}
        submitWord={text.submit}
        fields={[{ name: 'reason', label: end.reason, hint: end.reasonHint, required: true, maxLength: 300, lines: 2 }]}
        intent={({ reason = '' }) => requests.hold(token.id, reason)}
        send={(intent) => perform(intent).then(onDone)}
        done={() => tokensWords().hold.done}
        onCancel={onClose}
      />
    </Modal>
  );
}

/** Lets a token note more people as having left, for a day. */
export function RaiseDialog({ token, onClose, onDone }: ActProps) {
  const { raise: text, end } = tokensWords();
  return (
    <Modal title={text.title(token.name)} onClose={onClose} tone="danger">
      <EntryForm
        title={token.name}
        lead={text.lead}
        danger
        submitWord={text.submit}
        fields={[
          { name: 'people', label: text.people, hint: text.peopleHint, required: true, ltr: true, maxLength: 7 },
          { name: 'reason', label: end.reason, hint: end.reasonHint, required: true, maxLength: 300, lines: 2 },
        ]}
        check={({ people }) =>
          wholeNumber(people, MOST_PEOPLE) === undefined ? { name: 'people', text: tokensWords().raise.number } : undefined
        }
        intent={({ people, reason = '' }) => requests.raise(token.id, wholeNumber(people, MOST_PEOPLE) ?? 0, reason)}
        send={(intent) => perform(intent).then(onDone)}
        done={() => tokensWords().raise.done}
        onCancel={onClose}
      />
    </Modal>
  );
}
