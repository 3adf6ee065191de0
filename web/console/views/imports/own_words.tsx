import type { Signal } from '@preact/signals';
import { useId } from 'preact/hooks';
import type { ImportField, OwnWord } from '../../wire';
import { IMPORT_FIELDS } from './mapping';
import { words } from '../../i18n';
import { importsWords } from './words';

/** What words of the list's own mean, such as `NBO` for the country office in Kenya; remembered with the columns. */
export function OwnWords({
  value,
  offered,
  offices,
}: {
  value: Signal<readonly OwnWord[]>;
  offered: readonly ImportField[];
  /** Names of the country offices that a word can mean. */
  offices: readonly string[];
}) {
  const { mapping: text } = importsWords();
  const { personKind } = words().terms;
  const id = useId();
  const change = (at: number, part: Partial<OwnWord>): void => {
    value.value = value.peek().map((word, index) => (index === at ? { ...word, ...part } : word));
  };
  const add = (): void => {
    value.value = [...value.peek(), { field: offered[0] ?? 'office', cell: '', means: '' }];
  };
  const remove = (at: number): void => {
    value.value = value.peek().filter((_, index) => index !== at);
  };
  return (
    <fieldset class="stack" data-own-words>
      <legend>{text.ownWordsTitle}</legend>
      <p class="muted">{text.ownWordsLead}</p>
      {value.value.map((word, at) => (
        <div key={at} class="entry-fields" role="group" aria-label={text.ownWord(at + 1)} data-own-word>
          <div class="field">
            <label for={`${id}-${at}-field`}>{text.wordField}</label>
            <select
              id={`${id}-${at}-field`}
              value={word.field}
              onChange={(event) => change(at, { field: event.currentTarget.value as ImportField })}
            >
              {fieldsFor(word.field, offered).map((one) => (
                <option key={one} value={one}>
                  {importsWords().field[one]}
                </option>
              ))}
            </select>
          </div>
          <Text id={`${id}-${at}-cell`} label={text.wordCell} value={word.cell} take={(cell) => change(at, { cell })} />
          <Text
            id={`${id}-${at}-means`}
            label={text.wordMeans}
            value={word.means}
            take={(means) => change(at, { means })}
            at={at}
            list={`${id}-${word.field === 'kind' ? 'kinds' : 'offices'}`}
          />
          <div class="buttons">
            <button type="button" aria-label={text.removeWordOf(word.cell)} onClick={() => remove(at)}>
              {text.removeWord}
            </button>
          </div>
        </div>
      ))}
      <datalist id={`${id}-offices`}>
        {offices.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <datalist id={`${id}-kinds`}>
        {Object.values(personKind).map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <div class="buttons">
        <button type="button" onClick={add}>
          {text.addWord}
        </button>
      </div>
    </fieldset>
  );
}

function Text({
  id,
  label,
  value,
  take,
  at,
  list,
}: {
  id: string;
  label: string;
  value: string;
  take: (text: string) => void;
  /** Of what it means: the word's place among the others. */
  at?: number;
  /** What is offered while it is typed. */
  list?: string;
}) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input id={id} dir="auto" maxLength={200} value={value} list={list} data-means={at} onInput={(event) => take(event.currentTarget.value)} />
    </div>
  );
}

/** The fields that columns hold now, in the form's order; one that a word already names stays. */
function fieldsFor(named: ImportField, offered: readonly ImportField[]): ImportField[] {
  return IMPORT_FIELDS.filter((one) => one === named || offered.includes(one));
}
