import type { ImportCause, ImportField } from '../../wire';
import { mayOpen } from '../../area_names';
import { areaHref } from '../../fragment';
import { num } from '../../i18n';
import { session } from '../../session';
import { rowsText, unknownField } from './problem_causes';
import { importsWords } from './words';

/** A word of the file that somebody is about to explain. */
export interface Unexplained {
  field: ImportField;
  cell: string;
}

/** What is wrong with a file, each cause once, with the rows it concerns and what to do about it. */
export function Causes({
  causes,
  notKept,
  explain,
}: {
  causes: readonly ImportCause[];
  notKept: number;
  /** Opens the columns to say what a word means; absent where they cannot be named again. */
  explain: ((word: Unexplained) => void) | undefined;
}) {
  const { causes: text } = importsWords();
  return (
    <>
      <ul class="stack" aria-label={text.title} data-causes>
        {causes.map((cause, index) => (
          <Cause key={index} cause={cause} explain={explain} />
        ))}
      </ul>
      {notKept > 0 && <p>{text.notKept(notKept)}</p>}
    </>
  );
}

function Cause({ cause, explain }: { cause: ImportCause; explain: ((word: Unexplained) => void) | undefined }) {
  const { causes: text, problems, field: fields } = importsWords();
  const { level, field, heading, why, cell, rows, at } = cause;
  const unknown = unknownField(cause);
  const column = heading ?? (field == null ? undefined : fields[field]);
  const isPlace = unknown !== undefined && unknown !== 'kind';
  const opensPlaces = isPlace && session.value !== undefined && mayOpen('places', session.value);
  return (
    <li class="panel" data-cause={level}>
      <p>
        <strong class={level === 'error' ? 'bad' : undefined}>
          {unknown === undefined || cell == null ? (
            <>
              {column !== undefined && (
                <>
                  <bdi>{column}</bdi>:{' '}
                </>
              )}
              <span dir="auto">{why}</span>
            </>
          ) : (
            text.unknown[unknown](cell)
          )}
        </strong>{' '}
        {rows > 0 && <span class="num">{text.rows(rows)}</span>} <span class="muted">{problems.level[level]}</span>
      </p>
      {rows > 0 && (
        <p class="num muted">
          {text.at} {rowsText(cause, num)}
          {rows > at.reduce((all, { from, to }) => all + to - from + 1, 0) && <> {text.andMore}</>}
        </p>
      )}
      {unknown !== undefined && cell != null && (
        <>
          <p>{isPlace ? text.whatToDoPlace : text.whatToDoKind}</p>
          <div class="buttons">
            {explain && (
              <button type="button" onClick={() => explain({ field: unknown, cell })}>
                {text.explain(cell)}
              </button>
            )}
            {opensPlaces && (
              <a class="button" href={areaHref('places', unknown === 'zone' ? ['zones'] : [])}>
                {text.toPlaces}
              </a>
            )}
          </div>
        </>
      )}
    </li>
  );
}
