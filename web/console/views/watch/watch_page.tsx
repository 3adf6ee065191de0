import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Wire } from '../../../api/types';
import { ltr } from '../../../ui/ltr';
import { utcStamp } from '../../../ui/time';
import { explain } from '../../actions';
import { perform } from '../../api/client';
import { watch as requests } from '../../api/watch';
import { now } from '../../clock';
import type { AreaRoute } from '../../fragment';
import { words } from '../../i18n';
import { askWatches, heardWatch, ownShift, watches, watchesFailed } from '../../own_shift';
import { session } from '../../session';
import { EntryForm } from '../entry_form';
import { FormError } from '../field';
import { loadCountries } from '../places/countries';
import { Tabs } from '../tabs';
import { areaOf, keyOf, nameOf, whereToBegin } from './areas';
import { EndShiftDialog, HandoverDialog, OpenHandoverDialog } from './handover';
import { ShiftLog } from './log';
import { RosterPage } from './roster_page';
import { watchWords } from './words';

type Tab = 'now' | 'roster';

/** Who is on shift, what is handed over, the shift log; and who is on duty when. */
export function WatchPage({ at }: { at: AreaRoute }) {
  const text = watchWords();
  const tabs: readonly Tab[] = session.value?.works_cases ? ['now', 'roster'] : ['roster'];
  const tab = tabs.find((one) => one === at.path[0]) ?? tabs[0];
  useEffect(() => void loadCountries(), []);
  return (
    <section class="page broad" aria-labelledby="watch-title">
      <h2 id="watch-title">{text.title}</h2>
      <Tabs area="watch" label={text.tabs} tabs={tabs.map((one) => [one, text.tab[one]])} current={tab ?? ''} />
      {tab === 'now' && <Shifts opened={at.query.handover} />}
      {tab === 'roster' && <RosterPage wanted={at.query.area} week={at.query.week} />}
    </section>
  );
}

/** What a dialog is about: the hand-over of a shift, opening one, ending one's own. */
type Asked = { act: 'handover' | 'open' | 'end'; watch: string; shift: string };

function Shifts({ opened }: { opened: string | undefined }) {
  const text = watchWords();
  const asked = useSignal<Asked | undefined>(undefined);
  useEffect(() => {
    void askWatches();
  }, []);
  const all = watches.value;
  useEffect(() => {
    // From the foot of the page: what there is to do about one's own shift.
    const own = ownShift.peek();
    if (opened === 'own' && own) ask(own.watch, own.shift);
  }, [opened, all === undefined]);
  const ask = (watch: Wire['Watch'], shift: Wire['Shift']): void =>
    void (asked.value = { act: shift.handover == null ? 'open' : 'handover', watch: watch.id, shift: shift.id });
  const close = (): void => void (asked.value = undefined);
  const found = asked.value && foundIn(all ?? [], asked.value);
  const watchOfLog = ownShift.value?.watch ?? all?.[0];
  return (
    <>
      <FormError text={watchesFailed.value === undefined ? undefined : explain(watchesFailed.value)} />
      {all === undefined ? watchesFailed.value === undefined && <p role="status">{words().loading}</p> : all.length === 0 && <p role="status">{text.none}</p>}
      {all?.map((watch) => (
        <WatchPanel key={watch.id} watch={watch} ask={(shift) => ask(watch, shift)} end={(shift) => (asked.value = { act: 'end', watch: watch.id, shift: shift.id })} />
      ))}
      {all && <BeginForm all={all} />}
      {watchOfLog && <LogOf all={all ?? []} first={watchOfLog} />}
      {found && asked.value?.act === 'handover' && <HandoverDialog {...found} onClose={close} />}
      {found && asked.value?.act === 'open' && <OpenHandoverDialog {...found} onClose={close} onOpened={() => (asked.value = asked.value && { ...asked.value, act: 'handover' })} />}
      {found && asked.value?.act === 'end' && <EndShiftDialog {...found} onClose={close} />}
    </>
  );
}

function foundIn(all: readonly Wire['Watch'][], asked: Asked): { watch: Wire['Watch']; shift: Wire['Shift'] } | undefined {
  const watch = all.find(({ id }) => id === asked.watch);
  const shift = watch?.shifts.find(({ id }) => id === asked.shift);
  return watch && shift && { watch, shift };
}

function WatchPanel({ watch, ask, end }: { watch: Wire['Watch']; ask: (shift: Wire['Shift']) => void; end: (shift: Wire['Shift']) => void }) {
  const text = watchWords();
  const id = `watch-${watch.id}`;
  const mine = session.value?.person;
  return (
    <section class="panel" aria-labelledby={id}>
      <h3 id={id}>
        <bdi>{nameOf(watch)}</bdi>
      </h3>
      {watch.unmanned != null && (
        <p class="warning" data-unmanned={watch.unmanned.cause}>
          <strong>{text.unmanned[watch.unmanned.cause]}</strong> <span class="num">{text.since(ltr(utcStamp(watch.unmanned.since)))}</span>
        </p>
      )}
      {watch.shifts.length === 0 ? (
        <p>{text.nobody}</p>
      ) : (
        <ul class="shifts" aria-label={text.onShift}>
          {watch.shifts.map((shift) => (
            <li key={shift.id}>
              <span>
                <strong dir="auto">{shift.person.name}</strong>
                {shift.person.id === mine && ` (${text.you})`} <span class="muted num">{text.since(ltr(utcStamp(shift.since)))}</span>
                {shift.handover != null && <strong> · {text.handingOver}</strong>}
              </span>
              <span class="row-acts">
                <ShiftActs shift={shift} own={shift.person.id === mine} ask={() => ask(shift)} end={() => end(shift)} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function ShiftActs({ shift, own, ask, end }: { shift: Wire['Shift']; own: boolean; ask: () => void; end: () => void }) {
  const { handover, end: ending } = watchWords();
  if (shift.handover != null) {
    return (
      <button type="button" class="primary" aria-label={handover.showOf(shift.person.name)} onClick={ask}>
        {handover.show}
      </button>
    );
  }
  if (!own) {
    return (
      <button type="button" onClick={ask}>
        {handover.openOf(shift.person.name)}
      </button>
    );
  }
  return (
    <>
      <button type="button" class="primary" onClick={ask}>
        {handover.open}
      </button>
      <button type="button" onClick={end}>
        {ending.open}
      </button>
    </>
  );
}

/** Where the person may begin a shift and is not on one. */
function BeginForm({ all }: { all: readonly Wire['Watch'][] }) {
  const { begin: text } = watchWords();
  const held = session.value;
  const onShift = all.filter(({ shifts }) => shifts.some(({ person }) => person.id === held?.person)).map(keyOf);
  const areas = whereToBegin(held?.grants ?? [], now.value).filter((one) => !onShift.includes(keyOf(one)));
  if (areas.length === 0) return null;
  return (
    <EntryForm
      title={text.title}
      lead={text.lead}
      submitWord={text.submit}
      fields={[{ name: 'area', label: text.area, required: true, options: areas.map((one) => [keyOf(one), nameOf(one)]), pointer: 'area_id' }]}
      intent={({ area = '' }) => requests.begin(areaOf(area))}
      send={async (intent) => heardWatch(await perform<Wire['Watch']>(intent))}
      done={() => watchWords().begin.done}
    />
  );
}

/** The log of one watch; which one, where there are several. */
function LogOf({ all, first }: { all: readonly Wire['Watch'][]; first: Wire['Watch'] }) {
  const text = watchWords();
  const chosen = useSignal('');
  const watch = all.find(({ id }) => id === chosen.value) ?? first;
  return (
    <>
      {all.length > 1 && (
        <label class="field">
          <span>{text.begin.area}</span>
          <select value={watch.id} onChange={(event) => (chosen.value = event.currentTarget.value)}>
            {all.map((one) => (
              <option key={one.id} value={one.id}>
                {nameOf(one)}
              </option>
            ))}
          </select>
        </label>
      )}
      <ShiftLog key={watch.id} watch={watch} />
    </>
  );
}
