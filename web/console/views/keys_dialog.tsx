import { words } from '../i18n';
import { dialog } from '../screen';
import { setSingleKeys, SHORTCUTS, singleKeys } from '../shortcuts';
import { Modal } from './dialog';

/** Every key, and the switch that turns single-letter keys off. */
export function KeysDialog() {
  const { keys } = words();
  return (
    <Modal title={keys.title} onClose={() => (dialog.value = undefined)}>
      <label class="option">
        <input type="checkbox" checked={singleKeys.value} onChange={(event) => setSingleKeys(event.currentTarget.checked)} />
        <span>{keys.on}</span>
      </label>
      <p class="hint">{keys.onLead}</p>
      <dl class={`key-list ${singleKeys.value ? '' : 'off'}`}>
        {SHORTCUTS.map(({ name, shown }) => (
          <div key={name}>
            <dt>
              {shown.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{keys.list[name]}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
