import { perform } from '../../api/client';
import { imports as requests } from '../../api/imports';
import type { Import } from '../../wire';
import { EntryForm } from '../entry_form';
import { importsWords } from './words';

/** Takes back what an import did, where nobody changed it since. */
export function UndoForm({ one, take }: { one: Import; take: (next: Import) => void }) {
  const { undo: text } = importsWords();
  return (
    <EntryForm
      title={text.title}
      lead={text.lead}
      danger
      submitWord={text.submit}
      fields={[]}
      intent={() => requests.undo(one.id)}
      send={async (intent) => take(await perform<Import>(intent))}
      done={() => importsWords().undo.begun}
    />
  );
}
