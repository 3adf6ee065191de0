import { Ltr } from '../../../ui/ltr';
import { utcDate } from '../../dates';

/** A moment in UTC, inside a sentence or a cell. */
export function When({ at }: { at: string }) {
  return (
    <span class="num">
      <Ltr>{utcDate(at)}</Ltr>
    </span>
  );
}
