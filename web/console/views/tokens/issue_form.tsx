import type { Wire } from '../../../api/types';
import { perform } from '../../api/client';
import { tokens as requests } from '../../api/tokens';
import type { Places } from '../../wire';
import { EntryForm, type EntryField } from '../entry_form';
import { keepIssued } from './issued';
import { wholeNumber } from './numbers';
import { tokensWords } from './words';

/** Longest life of a token, in days, and what stands in the field at first. */
const DAYS = { most: 365, usual: '180' } as const;

/** Issues a token for one system; `onSent` whatever came of it. */
export function IssueForm({ organisations, onSent }: { organisations: Places['organisations']; onSent: () => void }) {
  const { issue: text } = tokensWords();
  const fields: EntryField[] = [
    { name: 'name', label: text.name, hint: text.nameHint, required: true, maxLength: 80 },
    { name: 'organisation', label: text.organisation, required: true, options: organisations.map(({ id, name }) => [id, name]) },
    { name: 'days', label: text.days, hint: text.daysHint, required: true, ltr: true, maxLength: 3, value: DAYS.usual },
  ];
  return (
    <EntryForm
      title={text.title}
      lead={text.lead}
      submitWord={text.submit}
      fields={fields}
      check={({ days }) => (wholeNumber(days, DAYS.most) === undefined ? { name: 'days', text: tokensWords().issue.number } : undefined)}
      intent={({ name = '', organisation = '', days }) =>
        requests.issue({ name, organisation, days: wholeNumber(days, DAYS.most) ?? 0 })
      }
      send={async (intent) => {
        try {
          keepIssued(await perform<Wire['TokenIssued']>(intent));
        } finally {
          // Also when no answer came: the token may be there, and its secret is lost.
          onSent();
        }
      }}
      done={() => tokensWords().issue.done}
    />
  );
}
