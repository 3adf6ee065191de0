import { explain } from '../actions';
import { words } from '../i18n';
import { tell } from '../notice';
import { counts, dialog } from '../screen';
import { signOut } from '../session';
import { unkept } from '../unkept';
import { Modal } from './dialog';

async function leave(): Promise<void> {
  dialog.value = undefined;
  try {
    await signOut();
  } catch (error) {
    tell('bad', () => explain(error));
  }
}

/** Signs out, after a question when that would let go of taken cases or lose what nobody can show again. */
export async function askToSignOut(): Promise<void> {
  if (counts.peek().mine > 0 || unkept.peek().length > 0) dialog.value = 'signOut';
  else await leave();
}

/** Asks before taken cases are let go of, or codes are lost. */
export function SignOutDialog() {
  const close = (): void => void (dialog.value = undefined);
  return (
    <Modal title={words().header.signOut} onClose={close} tone="danger">
      {counts.value.mine > 0 && <p>{words().header.signOutTaken(counts.value.mine)}</p>}
      {unkept.value.map((say) => (
        <p key={say()}>{say()}</p>
      ))}
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
