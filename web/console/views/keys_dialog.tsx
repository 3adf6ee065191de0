import { words } from '../i18n';
import { dialog } from '../screen';
import { mayOpen } from '../area_names';
import { session } from '../session';
import { AREA_OF, setSingleKeys, SHORTCUTS, singleKeys, type AreaCommand, type Command } from '../shortcuts';
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
        {SHORTCUTS.filter(({ name }) => works(name)).map(({ name, shown }) => (
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

/** Whether a key does anything for whoever is signed in: one that opens an area that is not theirs does not. */
function works(name: Command): boolean {
  const area = AREA_OF[name as AreaCommand] as (typeof AREA_OF)[AreaCommand] | undefined;
  return area === undefined || (session.value !== undefined && mayOpen(area, session.value));
}
