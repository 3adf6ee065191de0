import type { Signal } from '@preact/signals';
import { giveBack } from '../actions';
import { isClosed } from '../cases/order';
import { words } from '../i18n';
import { caseForm, type CaseForm } from '../screen';
import { session } from '../session';
import type { CaseSummary, PhoneNumber } from '../wire';
import { CallGuard } from './call_guard';
import { EscalateForm } from './escalate_form';
import { CloseForm, ContactForm, FactsForm, NoteForm, ResponderForm } from './case_forms';
import { TakeOverForm } from './take_over';

/** Opens a form of the open case, or closes it when it is open. */
function toggle(form: CaseForm): void {
  caseForm.value = caseForm.peek() === form ? undefined : form;
}

/** What can be done with a case now. */
export function CaseActs({ one }: { one: CaseSummary }) {
  const { act } = words();
  if (isClosed(one)) return null;
  const mine = one.owner?.id === session.value?.person;
  return (
    <div class="acts">
      {one.owner != null && !mine && <FormButton form="takeOver" label={act.takeOver} keyName="c" />}
      <FormButton form="call" label={act.call} keyName="l" danger={one.facts.can_talk === 'no'} />
      <FormButton form="note" label={act.note} keyName="n" />
      <FormButton form="contact" label={act.contact} keyName="p" />
      <FormButton form="facts" label={act.facts} keyName="f" />
      <FormButton form="responder" label={act.responder} keyName="r" />
      <FormButton form="escalate" label={act.escalate} keyName="e" />
      {mine && (
        <>
          <button type="button" onClick={() => void giveBack(one)}>
            {act.giveBack} <kbd>u</kbd>
          </button>
          <FormButton form="close" label={act.closeCase} keyName="x" />
        </>
      )}
    </div>
  );
}

function FormButton({ form, label, keyName, danger }: { form: CaseForm; label: string; keyName?: string; danger?: boolean }) {
  const open: Signal<CaseForm | undefined> = caseForm;
  return (
    <button
      type="button"
      class={danger ? 'danger' : undefined}
      aria-expanded={open.value === form}
      data-act={form}
      onClick={() => toggle(form)}
    >
      {danger ? words().detail.doNotCall : label} {keyName !== undefined && <kbd>{keyName}</kbd>}
    </button>
  );
}

/** The form that is open, if any. */
export function CaseForms({ one, phones }: { one: CaseSummary; phones: readonly PhoneNumber[] }) {
  switch (caseForm.value) {
    case 'note':
      return <NoteForm one={one} />;
    case 'contact':
      return <ContactForm one={one} />;
    case 'responder':
      return <ResponderForm one={one} />;
    case 'escalate':
      return <EscalateForm one={one} />;
    case 'facts':
      return <FactsForm one={one} />;
    case 'close':
      return <CloseForm one={one} />;
    case 'takeOver':
      return <TakeOverForm one={one} />;
    case 'call':
      return <CallGuard one={one} phones={phones} />;
    case undefined:
      return null;
  }
}
