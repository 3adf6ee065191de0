import { useEffect } from 'preact/hooks';
import { loaded, loadArea } from '../areas';
import { words } from '../i18n';
import { factorSetup } from '../step_up';
import { Modal } from './dialog';

/**
 * Sets up a code generator in front of the page, for a request that waits: what was typed there stays. Its form travels
 * with the account area.
 */
export function FactorDialog() {
  const { factor } = words();
  const area = loaded.value.account;
  useEffect(() => void loadArea('account'), []);
  return (
    <Modal title={factor.title} onClose={() => factorSetup.answer(false)}>
      <p>{factor.lead}</p>
      {area === undefined && <p role="status">{words().loading}</p>}
      {area === 'failed' && (
        <>
          <p class="warning" role="alert">
            {words().areas.failed}
          </p>
          <div class="buttons">
            <button type="button" onClick={() => void loadArea('account')}>
              {words().tryAgain}
            </button>
          </div>
        </>
      )}
      {area !== undefined && area !== 'failed' && area.Setup && <area.Setup onDone={() => factorSetup.answer(true)} />}
    </Modal>
  );
}
