import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Ltr } from '../../ui/ltr';
import { press } from '../actions';
import { callGuard } from '../call';
import { guardQuestion, isUnlocked, unlock } from '../cases/call_guard';
import { words } from '../i18n';
import { caseForm } from '../screen';
import type { CaseSummary, PhoneNumber } from '../wire';
import { closeForm } from './case_forms';

/** The questions before a person is rung, and after them the numbers to dial. */
export function CallGuard({ one, phones }: { one: CaseSummary; phones: readonly PhoneNumber[] }) {
  if (isUnlocked(callGuard.value, one)) return <DialList one={one} phones={phones} />;
  return guardQuestion(one) === 'hiding' ? <HidingWarning one={one} /> : <SafeToRing one={one} />;
}

function Step({ title, danger, children }: { title: string; danger?: boolean; children: ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [title]);
  return (
    <section class={`case-form ${danger ? 'danger-zone' : ''}`} aria-labelledby="call-title" data-guard>
      <h3 id="call-title" ref={heading} tabIndex={-1}>
        {title}
      </h3>
      {children}
    </section>
  );
}

function SafeToRing({ one }: { one: CaseSummary }) {
  const { call, cancel, act } = words();
  const hiding = async (): Promise<void> => {
    if (await press(one, 'facts', { facts: { can_talk: 'no' } }, act.saved)) closeForm();
  };
  return (
    <Step title={call.askTitle}>
      <p>{call.ask}</p>
      <div class="buttons">
        <button type="button" onClick={() => (callGuard.value = unlock(one))}>
          {call.safe}
        </button>
        <button type="button" class="danger" onClick={() => void hiding()}>
          {call.hiding}
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
          <button type="button" onClick={() => (second.value = true)}>
            {call.hidingOn}
          </button>
        </div>
      </Step>
    );
  }
  return (
    <Step title={call.secondTitle} danger>
      <p>{call.second}</p>
      <label class="option">
        <input type="checkbox" checked={decided.value} onChange={(event) => (decided.value = event.currentTarget.checked)} />
        <span>{call.secondTick}</span>
      </label>
      <div class="buttons">
        <button type="button" class="primary" onClick={closeForm}>
          {cancel} <kbd>Esc</kbd>
        </button>
        <button type="button" class="danger" disabled={!decided.value} onClick={() => (callGuard.value = unlock(one))}>
          {call.secondOn}
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
        {phones.map(({ number, kind }) => (
          <a key={number} class="button primary" href={`tel:${number}`} data-tel>
            <Ltr>{number}</Ltr> {(terms.phoneKind as Partial<Record<string, string>>)[kind] ?? kind}
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
