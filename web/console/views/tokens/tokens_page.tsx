import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Wire } from '../../../api/types';
import { tokens as requests } from '../../api/tokens';
import { now } from '../../clock';
import { words } from '../../i18n';
import { FormError } from '../field';
import { usePlaces } from '../places_known';
import { useSubmission } from '../submit';
import { IssueForm } from './issue_form';
import { forgetIssued, issued } from './issued';
import { IssuedToken } from './issued_token';
import { standing } from './standing';
import { TokenTable } from './token_table';
import { tokensWords } from './words';

/** The tokens by which other systems reach Muster: which there are, a new one, ending one. */
export function TokensPage() {
  const text = tokensWords();
  const tokens = useSignal<readonly Wire['ServiceToken'][] | undefined>(undefined);
  const past = useSignal(false);
  const heading = useRef<HTMLHeadingElement>(null);
  const { places } = usePlaces();
  const { error, run } = useSubmission();
  const load = (): void => void run(async () => void (tokens.value = await requests.all()));
  useEffect(load, []);
  const forget = (): void => {
    forgetIssued();
    heading.current?.focus();
  };
  const organisations = places?.organisations ?? [];
  const nameOf = (id: string): string => organisations.find((one) => one.id === id)?.name ?? text.unknownOrganisation;
  const shown = tokens.value?.filter((token) => past.value || standing(token, now.value) === 'works');
  return (
    <section class="page broad" aria-labelledby="tokens-title">
      <h2 id="tokens-title">{text.title}</h2>
      <p>{text.lead}</p>
      {issued.value && <IssuedToken issued={issued.value} onForget={forget} />}
      <h3 id="tokens-list" ref={heading} tabIndex={-1}>
        {text.list}
      </h3>
      <FormError text={error.value} />
      {shown === undefined || places === undefined ? (
        error.value === undefined && <p role="status">{words().loading}</p>
      ) : (
        <>
          <label class="option">
            <input type="checkbox" checked={past.value} onChange={(event) => (past.value = event.currentTarget.checked)} />
            <span>{text.past}</span>
          </label>
          {shown.length === 0 ? <p role="status">{text.none}</p> : <TokenTable tokens={shown} nameOf={nameOf} onChanged={load} />}
          <IssueForm organisations={organisations} onSent={load} />
        </>
      )}
    </section>
  );
}
