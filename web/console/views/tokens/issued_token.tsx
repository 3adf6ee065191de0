import { useEffect, useRef } from 'preact/hooks';
import type { Wire } from '../../../api/types';
import { ltr, Ltr } from '../../../ui/ltr';
import { copyAndTell } from '../../copy';
import { utcDate } from '../../dates';
import { leadsToThisComputer } from '../../loopback';
import { tokensWords } from './words';

/** What the directory needs, shown this once: the address, and the secret of a new token. */
export function IssuedToken({ issued: { token, secret }, onForget }: { issued: Wire['TokenIssued']; onForget: () => void }) {
  const { issued: text } = tokensWords();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [token.id]);
  const address = `${location.origin}/scim/v2`;
  return (
    <section class="panel" aria-labelledby="issued-title">
      <h3 id="issued-title" ref={heading} tabIndex={-1}>
        {text.title(token.name)}
      </h3>
      <p class="warning">{text.lead}</p>
      {leadsToThisComputer(address) && (
        <p class="warning" role="alert" data-only-here>
          {text.onlyHere}
        </p>
      )}
      <Shown label={text.secret} value={secret} copy={text.copySecret} />
      <Shown label={text.address} value={address} copy={text.copyAddress} />
      <p>{text.until(ltr(utcDate(token.expires_at)))}</p>
      <div class="buttons">
        <button type="button" class="primary" onClick={onForget}>
          {text.forget}
        </button>
      </div>
    </section>
  );
}

/** Something to be put elsewhere, with a press that copies it. */
function Shown({ label, value, copy }: { label: string; value: string; copy: string }) {
  const { issued: text } = tokensWords();
  return (
    <div>
      <p class="field-name">{label}</p>
      <div class="copied">
        <code class="secret">
          <Ltr>{value}</Ltr>
        </code>
        <button type="button" aria-label={copy} onClick={() => void copyAndTell(value)}>
          {text.copy}
        </button>
      </div>
    </div>
  );
}
