import type { ImportFigures } from '../../wire';
import { idle } from './steps';
import { importsWords } from './words';

/** What comes before the figures of a dry run: why there is nothing to apply, or how much stands against it. */
export function Headline({ figures }: { figures: ImportFigures }) {
  const { apply: text } = importsWords();
  const { bad_rows: bad } = figures;
  const why = idle(figures);
  if (why === 'nothing') return <p role="status">{text.nothing}</p>;
  if (bad === 0) return null;
  return (
    <p class="warning" role="status" data-headline>
      <strong>{why === 'allBad' ? text.allBad(bad) : why === 'restSame' ? text.restSame(bad) : text.someBad(bad)}</strong>
      {why !== undefined && <> {text.thenAgain}</>}
    </p>
  );
}
