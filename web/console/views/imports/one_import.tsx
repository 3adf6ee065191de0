import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ApiError } from '../../../api/client';
import { explain } from '../../actions';
import { imports as requests } from '../../api/imports';
import { mayOpen } from '../../area_names';
import { areaHref } from '../../fragment';
import { num, words } from '../../i18n';
import { session } from '../../session';
import type { Import, Places } from '../../wire';
import { FormError } from '../field';
import { ReachTable } from '../reach/reach_table';
import { When } from '../reach/when';
import { ApplyForm } from './apply_form';
import { CancelButton } from './cancel_button';
import type { Unexplained } from './causes';
import { Diff } from './diff';
import { FigureList } from './figure_list';
import { Headline } from './headline';
import { explainIn } from './mapping_draft';
import { MappingForm } from './mapping_form';
import { Problems } from './problems';
import { ASK_MS, may, share, stepOf, STEPS, underWay } from './steps';
import { UndoForm } from './undo_form';
import { importsWords } from './words';

/** One import, from its columns to who is reachable. While the server works on it, it is asked how far it is. */
export function OneImport({ id, places }: { id: string; places: Places }) {
  const text = importsWords();
  const one = useSignal<Import | undefined>(undefined);
  const lost = useSignal<{ why: unknown } | undefined>(undefined);
  const renaming = useSignal(false);
  const explained = useSignal<Unexplained | undefined>(undefined);
  useEffect(() => {
    let gone = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async (): Promise<void> => {
      try {
        const now = await requests.one(id);
        if (gone) return;
        one.value = now;
        lost.value = undefined;
      } catch (why) {
        if (!gone) lost.value = { why };
      }
      const again = lost.value === undefined ? one.value !== undefined && underWay(one.value.state) : isPassing(lost.value.why);
      if (!gone && again) timer = setTimeout(() => void ask(), ASK_MS);
    };
    void ask();
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [id, one.value !== undefined && underWay(one.value.state)]);
  const take = (next: Import): void => {
    renaming.value = false;
    explained.value = undefined;
    one.value = next;
  };
  const explainWord = (word: Unexplained): void => {
    const held = one.peek();
    if (!held) return;
    explainIn(held, word);
    explained.value = word;
    renaming.value = true;
  };
  const now = one.value;
  return (
    <>
      <p>
        <a href={areaHref('imports')}>{text.back}</a>
      </p>
      {lost.value && <FormError text={`${now ? text.progress.lost : ''} ${explain(lost.value.why)}`} />}
      {!now && !lost.value && <p role="status">{words().loading}</p>}
      {now && <Head one={now} places={places} />}
      {now && underWay(now.state) && <Progress one={now} />}
      {now && now.failure != null && (
        <p class="warning" role="alert">
          {text.failed} <bdi>{now.failure}</bdi>
        </p>
      )}
      {now && (now.state === 'read' || renaming.value) && (
        <MappingForm
          one={now}
          places={places}
          take={take}
          explained={explained.value}
          close={now.state === 'read' ? undefined : () => (renaming.value = false)}
        />
      )}
      {now && !renaming.value && <Known key={now.state} one={now} take={take} rename={() => (renaming.value = true)} explain={explainWord} />}
    </>
  );
}

/** Whether asking again may help. */
function isPassing(why: unknown): boolean {
  return why instanceof ApiError && why.passing;
}

function Head({ one, places }: { one: Import; places: Places }) {
  const text = importsWords();
  const at = stepOf(one.state);
  const whose = places.offices.find(({ id }) => id === one.office) ?? places.organisations.find(({ id }) => id === one.organisation);
  return (
    <>
      <h3>
        <bdi>{one.file_name}</bdi>
      </h3>
      <p>
        <bdi>{whose?.name}</bdi> · <bdi>{one.format}</bdi> · {text.sentBy} <When at={one.created_at} />
        {one.applied_at != null && (
          <>
            {' '}
            · {text.applied} <When at={one.applied_at} />
          </>
        )}
        {one.undone_at != null && (
          <>
            {' '}
            · {text.undone} <When at={one.undone_at} />
          </>
        )}
      </p>
      {one.state !== 'cancelled' && (
        <ol class="row-acts" aria-label={text.steps}>
          {STEPS.map((step, index) => (
            <li key={step} class="option" aria-current={step === at ? 'step' : undefined}>
              <span class="num">{num(index + 1)}</span> {step === at ? <strong>{text.step[step]}</strong> : text.step[step]}
            </li>
          ))}
        </ol>
      )}
      <p role="status">
        <strong>{text.state[one.state]}</strong>
      </p>
    </>
  );
}

function Progress({ one }: { one: Import }) {
  const { progress: text, state } = importsWords();
  const part = share(one.figures);
  return (
    <div class="panel">
      <progress aria-label={state[one.state]} max={1} value={part} />
      <p class="num">{part === undefined ? text.begin : text.rows(num(one.figures.done), num(one.figures.total))}</p>
      <p>{one.state === 'applying' || one.state === 'undoing' ? text.applying : text.reading}</p>
    </div>
  );
}

/** What is known of an import that is not under way, and what may be done to it. */
function Known({
  one,
  take,
  rename,
  explain,
}: {
  one: Import;
  take: (next: Import) => void;
  rename: () => void;
  explain: (word: Unexplained) => void;
}) {
  const text = importsWords();
  const allowed = may(one);
  const compared = ['checked', 'applied', 'undone'].includes(one.state) || (one.state === 'failed' && one.applied_at != null);
  return (
    <>
      {one.state === 'checked' && <Headline figures={one.figures} />}
      {compared && <FigureList one={one} />}
      {allowed.apply && <ApplyForm one={one} take={take} />}
      {one.applied_at != null && one.undone_at == null && one.state === 'applied' && (
        <>
          <ReachTable organisation={one.office == null ? one.organisation : undefined} office={one.office ?? undefined} />
          {session.value && mayOpen('devices', session.value) && (
            <p>
              <a class="button" href={areaHref('devices', [], { office: one.office ?? undefined })}>
                {text.invite}
              </a>
            </p>
          )}
        </>
      )}
      {(compared || one.state === 'failed') && <Problems id={one.id} explain={allowed.name ? explain : undefined} />}
      {compared && <Diff id={one.id} figures={one.figures} />}
      {allowed.undo && <UndoForm one={one} take={take} />}
      <div class="buttons">
        {allowed.name && one.state !== 'read' && (
          <button type="button" onClick={rename}>
            {text.mapping.again}
          </button>
        )}
        {allowed.cancel && <CancelButton one={one} take={take} />}
      </div>
    </>
  );
}
