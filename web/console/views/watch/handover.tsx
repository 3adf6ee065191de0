import type { Wire } from '../../../api/types';
import { ltr } from '../../../ui/ltr';
import { utcStamp } from '../../../ui/time';
import { perform } from '../../api/client';
import { watch as requests } from '../../api/watch';
import { words } from '../../i18n';
import { tell } from '../../notice';
import { heardWatch } from '../../own_shift';
import { session } from '../../session';
import { Modal } from '../dialog';
import { EntryForm } from '../entry_form';
import { FormError } from '../field';
import { useSubmission } from '../submit';
import { standingOf, type Standing } from './standing';
import { watchWords } from './words';

interface OfShift {
  watch: Wire['Watch'];
  shift: Wire['Shift'];
  onClose: () => void;
}

/** Opens the hand-over of a shift: one's own, or that of somebody who is not there. */
export function OpenHandoverDialog({ watch, shift, onClose, onOpened }: OfShift & { onOpened: () => void }) {
  const { handover: text } = watchWords();
  const own = shift.person.id === session.value?.person;
  return (
    <Modal title={text.title(shift.person.name)} onClose={onClose}>
      <EntryForm
        title={own ? text.open : text.openOf(shift.person.name)}
        lead={own ? text.lead : text.relieve}
        submitWord={text.submit}
        fields={[{ name: 'notes', label: text.notes, hint: text.notesHint, lines: 5, maxLength: 4_000 }]}
        intent={({ notes = '' }) => requests.handOver(watch.id, shift.id, notes)}
        send={async (intent) => {
          heardWatch(await perform<Wire['Watch']>(intent));
          onOpened();
        }}
        done={() => watchWords().handover.opened}
        onCancel={onClose}
      />
    </Modal>
  );
}

/** Ends one's own shift while nobody is there to take over. */
export function EndShiftDialog({ watch, shift, onClose }: OfShift) {
  const { end: text } = watchWords();
  return (
    <Modal title={text.title} tone="danger" onClose={onClose}>
      <EntryForm
        title={text.open}
        lead={text.lead}
        submitWord={text.submit}
        danger
        fields={[{ name: 'reason', label: text.reason, required: true, maxLength: 500 }]}
        intent={({ reason = '' }) => requests.end(watch.id, shift.id, reason)}
        send={async (intent) => {
          heardWatch(await perform<Wire['Watch']>(intent));
          onClose();
        }}
        done={() => watchWords().end.done}
        onCancel={onClose}
      />
    </Modal>
  );
}

/** The open items of a hand-over, accepted one by one, and the signature. */
export function HandoverDialog({ watch, shift, onClose }: OfShift) {
  const { handover: text } = watchWords();
  const { busy, error, run } = useSubmission();
  const me = session.value?.person ?? '';
  const handover = shift.handover;
  if (handover == null) return null;
  const own = shift.person.id === me;
  const standing = standingOf(handover, me);
  const change = (make: () => ReturnType<typeof requests.sign>): Promise<boolean> =>
    run(async () => heardWatch(await perform<Wire['Watch']>(make())));
  const sign = async (): Promise<void> => {
    if (!(await change(() => requests.sign(watch.id, shift.id)))) return;
    tell('good', () => watchWords().handover.signed);
    onClose();
  };
  return (
    <Modal title={text.title(shift.person.name)} onClose={onClose}>
      <p class="muted">{text.by(handover.opened_by.name, ltr(utcStamp(handover.opened_at)))}</p>
      {handover.notes !== '' && (
        <section aria-labelledby="handover-notes">
          <h3 id="handover-notes">{text.said}</h3>
          <p class="log-text" dir="auto">
            {handover.notes}
          </p>
        </section>
      )}
      <h3 id="handover-items">{text.items}</h3>
      {handover.items.length === 0 ? (
        <p>{text.noItems}</p>
      ) : (
        <ItemTable items={handover.items} me={me} own={own} busy={busy.value} accept={(one) => void change(() => requests.accept(watch.id, shift.id, one))} />
      )}
      <FormError text={error.value} />
      <Verdict standing={standing} own={own} />
      {!own && (
        <div class="buttons">
          <button type="button" class="primary" disabled={busy.value || standing.untaken + standing.left > 0} onClick={() => void sign()}>
            {busy.value ? words().sending : text.sign}
          </button>
        </div>
      )}
    </Modal>
  );
}

/** What keeps the hand-over from being signed, said plainly; or that nothing does. */
function Verdict({ standing: { untaken, left }, own }: { standing: Standing; own: boolean }) {
  const { handover: text } = watchWords();
  return (
    <div role="status">
      {untaken > 0 && (
        <p class="warning" data-forbids>
          <strong>{text.forbids(untaken)}</strong>
        </p>
      )}
      {own ? <p>{text.outgoing}</p> : left > 0 ? <p>{text.left(left)}</p> : untaken === 0 && <p>{text.ready}</p>}
    </div>
  );
}

function ItemTable({
  items,
  me,
  own,
  busy,
  accept,
}: {
  items: readonly Wire['HandoverItem'][];
  me: string;
  own: boolean;
  busy: boolean;
  accept: (item: string) => void;
}) {
  const { handover: text } = watchWords();
  const { terms } = words();
  return (
    <div class="table-scroll" tabIndex={0} role="group" aria-labelledby="handover-items">
      <table>
        <thead>
          <tr>
            <th scope="col">{text.item}</th>
            <th scope="col">{text.state}</th>
            <th scope="col">{text.owner}</th>
            <th scope="col">{text.standing}</th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={item.case} class={item.closed ? 'past' : undefined} data-item={item.reference}>
              <th scope="row">
                <a href={`#/case/${item.case}`}>
                  <bdi dir="ltr">{item.reference}</bdi>
                </a>
                {item.late && <span class="row-note">{text.late}</span>}
              </th>
              <td>{item.closed ? text.closed : terms.state[item.state]}</td>
              <td>{item.owner == null ? !item.closed && <strong class="alarm-mark">{text.untaken}</strong> : <bdi>{item.owner.name}</bdi>}</td>
              <td>
                {item.accepted_by != null && <span class="row-note">{text.acceptedBy(item.accepted_by.name)}</span>}
                {item.accepted_by == null && (own || item.owner == null) && !item.closed && <span class="muted">{text.notYet}</span>}
                {!own && !item.closed && item.owner != null && item.accepted_by?.id !== me && (
                  <button type="button" disabled={busy} aria-label={text.acceptOf(item.reference)} onClick={() => accept(item.case)}>
                    {text.accept}
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
