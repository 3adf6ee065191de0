import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { Intent } from '../../api/client';
import { api } from '../api';
import { words } from '../i18n';
import { session } from '../session';
import type { CaseSummary, Person } from '../wire';
import { CaseForm } from './case_forms';
import { Choice, TextField } from './field';
import { PersonSearch } from './person_search';

type Order = 'hurry' | 'call_also' | 'stop';

/** What the server is to do about its calls: the next ones now, more people, or nobody further. */
export function EscalateForm({ one }: { one: CaseSummary }) {
  const { form, act } = words();
  const mine = one.owner?.id === session.value?.person;
  const order = useSignal<Order | ''>(one.next_call == null ? 'call_also' : 'hurry');
  const reason = useSignal('');
  const query = useSignal('');
  const whom = useSignal<Person | undefined>(undefined);
  const search = useRef<HTMLInputElement>(null);
  const options: [Order, string][] = [];
  if (one.next_call != null) options.push(['hurry', form.hurry]);
  options.push(['call_also', form.callAlso]);
  if (mine) options.push(['stop', form.stopCalls]);
  const intent = (): Intent => {
    const why = reason.value.trim();
    if (order.value === 'call_also') {
      const people = whom.value?.id == null ? [] : [whom.value.id];
      return api.act(one.id, 'escalation', { action: 'call_also', people, reason: why });
    }
    return api.act(one.id, 'escalation', { action: order.value === 'stop' ? 'stop' : 'hurry', reason: why });
  };
  return (
    <CaseForm title={act.escalate} lead={form.escalateLead} intent={intent}>
      <Choice label={form.escalate} value={order} options={options} />
      {order.value === 'call_also' && (
        <PersonSearch label={form.whom} hint={form.whomHint} query={query} chosen={whom} inputRef={search} />
      )}
      {order.value === 'stop' && <p class="hint">{form.stopHint}</p>}
      <TextField label={form.reason} value={reason} required maxLength={500} dir="auto" />
    </CaseForm>
  );
}
