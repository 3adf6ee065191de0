import { take } from './actions';
import { goToCase, route } from './router';
import { caseForm, focusDetail } from './screen';
import type { CaseSummary } from './wire';

/** Shows a case. One that is shown already stays as it is, with the form that is open in it. */
export function showCase(id: string): void {
  const at = route.peek();
  if (at.page !== 'case' || at.id !== id) goToCase(id);
}

/** Opens a case and puts the focus on it. */
export function openCaseOf({ id }: Pick<CaseSummary, 'id'>): void {
  showCase(id);
  focusDetail();
}

/** Opens a case that nobody has and takes it by the same press. */
export function openAndTake(one: CaseSummary): void {
  showCase(one.id);
  void take(one).then(() => caseForm.peek() === undefined && focusDetail());
}
