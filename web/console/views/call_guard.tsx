import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Ltr } from '../../ui/ltr';
import { press } from '../actions';
import { callGuard } from '../call';
import { guardQuestion, isUnlocked, unlock } from '../cases/call_guard';
import { words } from '../i18n';
import { caseForm } from '../screen';
import type { CaseSummary, PhoneNumber } from '../wire';
import { closeForm } from './case_forms';
import { chooseByDigit, DigitKey } from './digits';

/** The questions before a person is rung, and after them the numbers to dial. */
export function CallGuard({ one, phones }: { one: CaseSummary; phones: readonly PhoneNumber[] }) {
  if (isUnlocked(callGuard.value, one)) return <DialList one={one} phones={phones} />;
  return guardQuestion(one) === 'hiding' ? <HidingWarning one={one} /> : <SafeToRing one={one} />;
}

function Step({ title, danger, children }: { title: string; danger?: boolean; children: ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => heading.current?.focus(), [title]);
  return (
    <section class={`case-form ${danger ? 'danger-zone' : ''}`} aria-labelledby="call-title" data-guard onKeyDown={chooseByDigit}>
      <h3 id="call-title" ref={heading} tabIndex={-1}>
        {title}
      </h3>
      {children}
    </section>
  );
}

function SafeToRing({ one }: { one: CaseSummary }) {
  const { call, cancel } = words();
  const hiding = async (): Promise<void> => {
    if (await press(one, 'facts', { facts: { can_talk: 'no' } }, ({ saved }) => saved)) closeForm();
  };
  return (
    <Step title={call.askTitle}>
      <p>{call.ask}</p>
      <div class="buttons">
        <button type="button" data-choice onClick={() => (callGuard.value = unlock(one))}>
          <DigitKey place={1} /> {call.safe}
        </button>
        <button type="button" class="danger" data-choice onClick={() => void hiding()}>
          <DigitKey place={2} /> {call.hiding}
        </button>
        <button type="button" class="quiet" onClick={closeForm}>
          {cancel} <kbd>Esc</kbd>
        </button>
      </div>
    </Step>
  );
}

function HidingWarning({ one }: { one: CaseSummary }) {
  const { call, cancel } = words();
  const second = useSignal(false);
  const decided = useSignal(false);
  if (!second.value) {
    return (
      <Step title={call.hidingTitle} danger>
        <p>{call.hidingLead}</p>
        <div class="buttons">
          <button type="button" class="primary" onClick={closeForm}>
            {cancel} <kbd>Esc</kbd>
          </button>
          <button type="button" data-choice onClick={() => (second.value = true)}>
            <DigitKey place={1} /> {call.hidingOn}
          </button>
        </div>
      </Step>
    );
  }
  return (
    <Step title={call.secondTitle} danger>
      <p>{call.second}</p>
      <label class="option">
        <input
          type="checkbox"
          data-choice
          checked={decided.value}
          onChange={(event) => (decided.value = event.currentTarget.checked)}
        />
        <span>
          <DigitKey place={1} /> {call.secondTick}
        </span>
      </label>
      <div class="buttons">
        <button type="button" class="primary" onClick={closeForm}>
          {cancel} <kbd>Esc</kbd>
        </button>
        <button
          type="button"
          class="danger"
          data-choice
          disabled={!decided.value}
          onClick={() => (callGuard.value = unlock(one))}
        >
          <DigitKey place={2} /> {call.secondOn}
        </button>
      </div>
    </Step>
  );
}

function DialList({ one, phones }: { one: CaseSummary; phones: readonly PhoneNumber[] }) {
  const { call, detail, act, terms } = words();
  return (
    <Step title={call.ready} danger={one.facts.can_talk === 'no'}>
      {phones.length === 0 && <p>{detail.noPhones}</p>}
      <div class="buttons">
        {phones.map(({ number, kind }, index) => (
          <a key={number} class="button primary" href={`tel:${number}`} data-tel data-choice>
            <DigitKey place={index + 1} /> <Ltr>{number}</Ltr> {(terms.phoneKind as Partial<Record<string, string>>)[kind] ?? kind}
          </a>
        ))}
        <button type="button" onClick={() => (caseForm.value = 'contact')}>
          {act.contact} <kbd>p</kbd>
        </button>
        <button
          type="button"
          class="quiet"
          onClick={() => {
            callGuard.value = undefined;
            closeForm();
          }}
        >
          {call.lockAgain}
        </button>
      </div>
    </Step>
  );
}
