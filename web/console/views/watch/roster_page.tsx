import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Wire } from '../../../api/types';
import { ltr, Ltr } from '../../../ui/ltr';
import { perform } from '../../api/client';
import { watch as requests } from '../../api/watch';
import { now } from '../../clock';
import { i18n, words } from '../../i18n';
import { tell } from '../../notice';
import { goToArea } from '../../router';
import { session } from '../../session';
import { Modal } from '../dialog';
import { FormError } from '../field';
import { usePlaces } from '../places_known';
import { roleWords } from '../roles/words';
import { useSubmission } from '../submit';
import { areaOf, rosterAreas } from './areas';
import { RosterForm } from './roster_form';
import { weekLater, weekOf, type DayOfWeek, type Part } from './week';
import { watchWords } from './words';

type Entry = Wire['RosterEntry'];

/** The duty roster of an area, week by week, by its wall clock. */
export function RosterPage({ wanted, week }: { wanted: string | undefined; week: string | undefined }) {
  const { roster: text } = watchWords();
  const { places } = usePlaces();
  const roster = useSignal<Wire['Roster'] | undefined>(undefined);
  const { error, run } = useSubmission();
  const areas = places ? rosterAreas(places, session.value?.grants ?? [], now.value) : [];
  const key = areas.find(([one]) => one === wanted)?.[0] ?? areas[0]?.[0];
  const load = (): void => {
    if (key !== undefined) void run(async () => void (roster.value = await requests.roster(areaOf(key), week)));
  };
  useEffect(() => {
    roster.value = undefined;
    load();
  }, [key, week]);
  const show = (area: string | undefined, of?: string): void => goToArea('watch', ['roster'], { area, week: of }, true);
  const shown = roster.value;
  return (
    <>
      <p>{text.lead}</p>
      <label class="field">
        <span>{text.area}</span>
        <select value={key} onChange={(event) => show(event.currentTarget.value, week)}>
          {areas.map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <FormError text={error.value} />
      {shown === undefined ? (
        error.value === undefined && <p role="status">{words().loading}</p>
      ) : (
        <>
          <div class="buttons">
            <button type="button" onClick={() => show(key, weekLater(shown.week, -1))}>
              {text.before}
            </button>
            <button type="button" onClick={() => show(key)}>
              {text.this}
            </button>
            <button type="button" onClick={() => show(key, weekLater(shown.week, 1))}>
              {text.after}
            </button>
          </div>
          <p class="num">
            <strong>{text.week(ltr(shown.week))}</strong> {text.zone(ltr(shown.time_zone))}
          </p>
          {shown.roles.length === 0 && <p role="status">{text.empty}</p>}
          {shown.roles.map((one) => (
            <WeekOfRole key={one.role} roster={shown} of={one} />
          ))}
          {shown.entries.length > 0 && <Entries roster={shown} onChanged={load} />}
          {shown.may_edit && key !== undefined && <RosterForm key={key} area={areaOf(key)} onDone={load} />}
        </>
      )}
    </>
  );
}

/** Who is on when, one row a day; gaps are named, not coloured alone. */
function WeekOfRole({ roster, of }: { roster: Wire['Roster']; of: Wire['RosterOfRole'] }) {
  const { roster: text } = watchWords();
  const id = `week-${of.role}`;
  return (
    <section class="panel" aria-labelledby={id}>
      <h3 id={id}>{roleWords().role[of.role]}</h3>
      <p role="status">{of.on_now ? text.onNow : <strong class="alarm-mark">{text.gapNow}</strong>}</p>
      <div class="table-scroll" tabIndex={0} role="group" aria-labelledby={id}>
        <table class="roster">
          <thead>
            <tr>
              <th scope="col">{text.day}</th>
              <th scope="col">{text.duties}</th>
              <th scope="col">{text.gaps}</th>
            </tr>
          </thead>
          <tbody>
            {weekOf(roster, of).map((day) => (
              <DayRow key={day.day} day={day} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function DayRow({ day: { day, duties, gaps } }: { day: DayOfWeek }) {
  const { roster: text } = watchWords();
  return (
    <tr data-day={day}>
      <th scope="row">
        {weekday(day)} <Ltr>{day}</Ltr>
      </th>
      <td>
        {duties.map((one) => (
          <span key={`${one.entry} ${one.from ?? ''}`} class={`row-note ${one.holds ? '' : 'bad'}`}>
            <bdi>{one.name}</bdi> <span class="num">{timesOf(one)}</span>
            {!one.holds && ` (${text.holdsNot})`}
          </span>
        ))}
      </td>
      <td>
        {gaps.map((gap) => (
          <span key={`${gap.from ?? ''} ${gap.until ?? ''}`} class="row-note gap">
            <strong>{text.gap}</strong> <span class="num">{timesOf(gap)}</span>
          </span>
        ))}
      </td>
    </tr>
  );
}

function timesOf({ from, until }: Part): string {
  const { roster: text } = watchWords();
  if (from !== undefined && until !== undefined) return ltr(`${from}–${until}`);
  if (from !== undefined) return text.from(ltr(from));
  return until === undefined ? text.wholeDay : text.till(ltr(until));
}

/** The name of a day, as the language on the screen has it. */
function weekday(day: string): string {
  return new Intl.DateTimeFormat(i18n.language.value, { weekday: 'long', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));
}

/** The name of the nth day of a week, 1 Monday to 7 Sunday. */
export function nameOfDay(nth: number): string {
  return weekday(`2024-01-0${nth}`);
}

function Entries({ roster, onChanged }: { roster: Wire['Roster']; onChanged: () => void }) {
  const { roster: text } = watchWords();
  const past = useSignal(false);
  const ending = useSignal<Entry | undefined>(undefined);
  const { busy, error, run } = useSubmission();
  const shown = roster.entries.filter((entry) => past.value || entry.ended_at == null);
  const end = (entry: Entry): void =>
    void run(async () => {
      await perform<Entry>(requests.endEntry(entry.id), { 'If-Match': `"${entry.revision}"` });
      ending.value = undefined;
      tell('good', () => watchWords().roster.stopped);
      onChanged();
    });
  return (
    <section class="panel" aria-labelledby="entries-title">
      <h3 id="entries-title">{text.entries}</h3>
      <label class="option">
        <input type="checkbox" checked={past.value} onChange={(event) => (past.value = event.currentTarget.checked)} />
        <span>{text.past}</span>
      </label>
      <ul class="roster-entries">
        {shown.map((entry) => (
          <li key={entry.id} class={entry.ended_at == null ? undefined : 'past'}>
            <span>
              <strong dir="auto">{entry.name}</strong> · {roleWords().role[entry.role]} · {daysIn(entry)}{' '}
              <span class="num">
                <Ltr>
                  {entry.duty.from}–{entry.duty.until} {entry.duty.time_zone}
                </Ltr>
                , {text.from(ltr(entry.duty.first_day))} {entry.duty.last_day != null && text.till(ltr(entry.duty.last_day))}
              </span>
              {entry.ended_at != null && <strong> · {text.ended}</strong>}
            </span>
            {roster.may_edit && entry.ended_at == null && (
              <button type="button" aria-label={text.stopOf(entry.name)} onClick={() => (ending.value = entry)}>
                {text.stop}
              </button>
            )}
          </li>
        ))}
      </ul>
      {ending.value && (
        <Modal title={text.stopTitle(ending.value.name)} onClose={() => (ending.value = undefined)}>
          <p>{text.stopLead}</p>
          <FormError text={error.value} />
          <div class="buttons">
            <button type="button" class="danger" disabled={busy.value} onClick={() => ending.value && end(ending.value)}>
              {text.stop}
            </button>
            <button type="button" onClick={() => (ending.value = undefined)}>
              {words().cancel}
            </button>
          </div>
        </Modal>
      )}
    </section>
  );
}

function daysIn({ duty: { weekdays } }: Entry): string {
  if (weekdays.length === 7) return watchWords().roster.daily;
  return new Intl.ListFormat(i18n.language.value, { type: 'unit' }).format(weekdays.map(nameOfDay));
}
