import { useLayoutEffect, useRef } from 'preact/hooks';
import { takeOver } from '../actions';
import { words } from '../i18n';
import type { CaseSummary, TakeoverReason } from '../wire';
import { closeForm, optionsOf } from './case_forms';
import { chooseByDigit, DigitKey } from './digits';

/** The reasons for taking over: one press does it. */
export function TakeOverForm({ one }: { one: CaseSummary }) {
  const { act, terms, cancel } = words();
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => box.current?.querySelector('button')?.focus(), []);
  const choose = async (reason: TakeoverReason): Promise<void> => {
    await takeOver(one, reason);
    closeForm();
  };
  return (
    <div ref={box} class="case-form" role="group" aria-labelledby="take-over-title" onKeyDown={chooseByDigit}>
      <h3 id="take-over-title">{act.takeOverFrom(one.owner?.name ?? '')}</h3>
      <div class="buttons column">
        {optionsOf(terms.takeoverReason).map(([reason, word], index) => (
          <button key={reason} type="button" data-choice onClick={() => void choose(reason)}>
            <DigitKey place={index + 1} /> {word}
          </button>
        ))}
        <button type="button" class="quiet" onClick={closeForm}>
          {cancel} <kbd>Esc</kbd>
        </button>
      </div>
    </div>
  );
}
