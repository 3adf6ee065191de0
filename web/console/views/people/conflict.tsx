import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Wire } from '../../../api/types';
import type { Places } from '../../wire';
import { draftOf, type Draft, type Line, type Merged } from './editing';
import { isRelation, lineName, optionsOf } from './lines';
import { PersonLink } from './person_link';
import { peopleWords } from './words';

/** What somebody else changed meanwhile, beside what stands in the form. */
export function Conflict({
  of,
  draft,
  places,
  set,
}: {
  of: Merged & { now: Wire['PersonDetail'] };
  draft: Draft;
  places: Places;
  set: (line: Line, value: string) => void;
}) {
  const { edit: text, one } = peopleWords();
  const box = useRef<HTMLDivElement>(null);
  // The button that was pressed may stand far below: what must be read comes into sight.
  useLayoutEffect(() => box.current?.focus(), [of]);
  const now = draftOf(of.now);
  const shown = (line: Line, value: string): ComponentChildren => {
    if (isRelation(line) && value !== '') return <PersonLink key={value} id={value} />;
    return optionsOf(line, places)?.find(([option]) => option === value)?.[1] ?? (value === '' ? one.empty : value);
  };
  return (
    <div ref={box} class="warning stack" role="alert" tabIndex={-1}>
      <strong>{text.conflict}</strong>
      {of.taken.length > 0 && <p>{text.taken(of.taken.map(lineName).join(', '))}</p>}
      {of.both.length > 0 && (
        <>
          <p>{text.both}</p>
          <dl class="stack">
            {of.both.map((line) => (
              <div key={line}>
                <dt>{lineName(line)}</dt>
                <dd>
                  {text.theirs}: <bdi>{shown(line, now[line])}</bdi> · {text.mine}: <bdi>{shown(line, draft[line])}</bdi>{' '}
                  {draft[line] !== now[line] && (
                    <button type="button" aria-label={text.takeOf(lineName(line))} onClick={() => set(line, now[line])}>
                      {text.take}
                    </button>
                  )}
                </dd>
              </div>
            ))}
          </dl>
        </>
      )}
      <p>{text.again}</p>
    </div>
  );
}
