import { toggleTheme } from '../ui/theme';
import { giveBack, stillOnIt } from './actions';
import { isClosed, onlyUntaken } from './cases/order';
import { openAndTake, openCaseOf, showCase } from './opening';
import { mayOpen } from './area_names';
import { modalOpen } from './modals';
import { goToArea, goToQueue, route } from './router';
import { activeCase, caseForm, dialog, focusQueue, LIST, moveActive, rows, tab, target, type CaseForm } from './screen';
import { session, stage } from './session';
import { AREA_OF, KeyReader, singleKeys, type AreaCommand, type Command } from './shortcuts';
import { shiftStarted, silenceNow } from './sound/ringer';
import { questionOpen } from './step_up';
import { closeForm } from './views/case_forms';
import { dismissFirst } from './views/notices';

const list = (): HTMLElement | null => document.querySelector<HTMLElement>(LIST);

/** Moves the highlight, and the focus with it to the list. */
function move(step: number): void {
  moveActive(step);
  list()?.focus();
}

/** Opens the highlighted row. */
function open(): boolean {
  const one = activeCase.peek();
  if (!one || document.activeElement !== list()) return false;
  openCaseOf(one);
  return true;
}

function onTarget(act: (one: NonNullable<ReturnType<typeof target>>, mine: boolean) => void, one = target()): void {
  if (!one || isClosed(one)) return;
  // Nobody acts on what they don't see.
  showCase(one.id);
  act(one, one.owner?.id === session.peek()?.person);
}

function openForm(form: CaseForm, ownerOnly = false): void {
  onTarget((_, mine) => {
    if (!ownerOnly || mine) caseForm.value = form;
  });
}

function takeTarget(): void {
  onTarget((one, mine) => {
    if (mine) return;
    if (one.owner != null) caseForm.value = 'takeOver';
    else openAndTake(one);
    // With nothing selected and one row that nobody has taken, there is no doubt which one is meant.
  }, target() ?? onlyUntaken(rows.peek()));
}

/** Whether something is typed there that leaving the page would throw away. */
function holdsText(element: Element | null): element is HTMLInputElement {
  return element?.matches('textarea, input:not([type=checkbox], [type=radio], [type=file])') === true && (element as HTMLInputElement).value !== '';
}

/** One step back: the dialog, the form, what is being typed, the case or page, in this order. */
function back(): void {
  if (dialog.peek()) dialog.value = undefined;
  else if (caseForm.peek()) closeForm();
  else if (document.activeElement?.matches('[data-filter]')) list()?.focus();
  else if (holdsText(document.activeElement)) document.activeElement.blur();
  else if (route.peek().page !== 'queue') {
    goToQueue();
    focusQueue();
  }
}

/** Does what a key asks; false when the key is left to the browser. */
function run(command: Command): boolean {
  const works = session.peek()?.works_cases === true;
  switch (command) {
    case 'theme':
      toggleTheme();
      return true;
    case 'help':
      dialog.value = 'keys';
      return true;
    case 'back':
      back();
      return true;
    case 'dismiss':
      return dismissFirst();
    default:
      return isArea(command) ? openArea(command) : works && runOnCases(command);
  }
}

function isArea(command: Command): command is AreaCommand {
  return command in AREA_OF;
}

function openArea(command: AreaCommand): boolean {
  const held = session.peek();
  if (!held || !mayOpen(AREA_OF[command], held)) return false;
  goToArea(AREA_OF[command]);
  return true;
}

/** What a key may do while another page hides the cases: nobody acts on what they do not see. */
const WITHOUT_CASES: readonly Command[] = ['newCase', 'silence', 'queue'];

function runOnCases(command: Exclude<Command, 'theme' | 'help' | 'back' | 'dismiss' | AreaCommand>): boolean {
  if (route.peek().page === 'area' && !WITHOUT_CASES.includes(command)) return false;
  switch (command) {
    case 'down':
      move(1);
      break;
    case 'up':
      move(-1);
      break;
    case 'open':
      return open();
    case 'take':
      takeTarget();
      break;
    case 'still':
      onTarget((one, mine) => void (mine && stillOnIt(one)));
      break;
    case 'giveBack':
      onTarget((one, mine) => void (mine && giveBack(one)));
      break;
    case 'note':
    case 'call':
    case 'contact':
    case 'facts':
    case 'responder':
    case 'escalate':
      openForm(command);
      break;
    case 'closeCase':
      openForm('close', true);
      break;
    case 'newCase':
      dialog.value = 'newCase';
      break;
    case 'silence':
      silenceNow();
      break;
    case 'filter':
      document.querySelector<HTMLElement>('[data-filter]')?.focus();
      break;
    case 'queue':
      goToQueue();
      tab.value = 'all';
      focusQueue();
      break;
  }
  return true;
}

/** Listens to the keys. Once per page. */
export function startKeys(): void {
  const reader = new KeyReader(
    () => singleKeys.peek(),
    () => performance.now(),
  );
  addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    if (stage.peek() !== 'signedIn' || session.peek()?.second_factor_required || (session.peek()?.works_cases && !shiftStarted.peek())) return;
    // A modal dialog handles its own keys: only its Esc means anything, and that it gets from the browser.
    if (modalOpen() || dialog.peek() || questionOpen()) return;
    const command = reader.read(event, isField(event.target));
    // Esc held down closed a dialog, and does not go on to what is behind it.
    if (command === 'back' && event.repeat) return;
    if (command && run(command)) event.preventDefault();
  });
}

/** Whether keys belong to what has the focus: a field, or anything in a form, whose content a key must not throw away. */
function isField(element: EventTarget | null): boolean {
  return element instanceof HTMLElement && (element.closest('form') !== null || element.matches('input, textarea, select'));
}
