import { explain } from '../actions';
import { words } from '../i18n';
import { tell } from '../notice';
import { counts, dialog } from '../screen';
import { signOut } from '../session';
import { Modal } from './dialog';

async function leave(): Promise<void> {
  dialog.value = undefined;
  try {
    await signOut();
  } catch (error) {
    tell('bad', () => explain(error));
  }
}

/** Signs out, after a question when that would let go of taken cases. */
export async function askToSignOut(): Promise<void> {
  if (counts.peek().mine > 0) dialog.value = 'signOut';
  else await leave();
}

/** Asks before taken cases are let go of. */
export function SignOutDialog() {
  const close = (): void => void (dialog.value = undefined);
  return (
    <Modal title={words().header.signOut} onClose={close} tone="danger">
      <p>{words().header.signOutTaken(counts.value.mine)}</p>
      <div class="buttons">
        <button type="button" onClick={close}>
          {words().cancel}
        </button>
        <button type="button" class="danger" onClick={() => void leave()}>
          {words().header.signOut}
        </button>
      </div>
    </Modal>
  );
}
