import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Wire } from '../../../api/types';
import { ltr, Ltr } from '../../../ui/ltr';
import { copyAndTell } from '../../copy';
import { utcDate } from '../../dates';
import { leadsToThisComputer } from '../../loopback';
import { i18n } from '../../i18n';
import { Choice, SelectField } from '../field';
import { usePlaces } from '../places_known';
import { forgetInvitations } from './invitations';
import { sheetDirection, sheetLanguage, SHEET_LANGUAGES, sheetWords, type SheetChoice, type SheetLanguage } from './sheet_words';
import { devicesWords } from './words';

type Invitation = Wire['Invitation'];

/** The invitations of a batch: sheets to print on A4, and mails to copy. */
export function Sheets({ issued }: { issued: Wire['EnrolmentBatchIssued'] }) {
  const { sheets: text, invite, languages } = devicesWords();
  const { places } = usePlaces();
  const perPage = useSignal<'one' | 'six' | ''>('six');
  const language = useSignal<string>('own');
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const officeOf = (id: string): string => places?.offices.find((office) => office.id === id)?.name ?? '';
  const [first] = issued.invitations;
  return (
    <section class="stack wide-stack" aria-labelledby="sheets-title">
      <div class="stack no-print">
        <h3 id="sheets-title" ref={heading} tabIndex={-1}>
          {text.title}
        </h3>
        <p role="status">
          {invite.invited(issued.invitations.length)} {issued.left > 0 && invite.left(issued.left)} {text.until(ltr(utcDate(issued.expires)))}
        </p>
        {first && leadsToThisComputer(first.link) && (
          <p class="warning" role="alert" data-only-here>
            {text.onlyHere}
          </p>
        )}
        <p class="warning">{text.secret}</p>
        <Choice
          label={text.perPage}
          value={perPage}
          options={[
            ['six', text.six],
            ['one', text.one],
          ]}
        />
        <SelectField
          label={text.language}
          value={language}
          required
          options={[['own', text.ownLanguage], ...SHEET_LANGUAGES.map((one) => [one, text.allIn(languages[one])] as const)]}
        />
        <div class="buttons">
          <button type="button" class="primary" onClick={() => print()}>
            {text.print}
          </button>
          <button type="button" onClick={forgetInvitations}>
            {text.forget}
          </button>
        </div>
        <Mails invitations={issued.invitations} />
      </div>
      <div class={`sheets ${perPage.value === 'one' ? 'one' : 'six'}`}>
        {issued.invitations.map((one) => (
          <Sheet
            key={one.person}
            one={one}
            language={sheetLanguage(language.value as SheetChoice, one.language, i18n.language.value)}
            office={officeOf(one.office)}
            until={issued.expires}
          />
        ))}
      </div>
    </section>
  );
}

function Sheet({ one, language, office, until }: { one: Invitation; language: SheetLanguage; office: string; until: string }) {
  const text = sheetWords[language];
  const [address] = one.link.split('#');
  return (
    <article class="sheet" lang={language} dir={sheetDirection(language)} data-language={language}>
      <h4>
        <bdi>{one.name}</bdi>
      </h4>
      <p>
        <bdi>{office}</bdi>
      </p>
      <p>{text.what}</p>
      <svg class="qr" viewBox={`0 0 ${one.qr_side} ${one.qr_side}`} role="img" aria-label={text.qr(one.name)} shape-rendering="crispEdges">
        <path d={one.qr_path} fill="#000000" />
      </svg>
      <p class="sheet-code">
        <Ltr>{one.code}</Ltr>
      </p>
      <p>
        <Ltr>{address}</Ltr>
      </p>
      <ol>
        {text.steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <p class="num">{text.until(ltr(utcDate(until)))}</p>
    </article>
  );
}

/** The mails, to copy one by one. */
function Mails({ invitations }: { invitations: readonly Invitation[] }) {
  const { sheets: text, languages } = devicesWords();
  const names = languages as Partial<Record<string, string>>;
  return (
    <div class="table-scroll panel" tabIndex={0} role="group" aria-label={text.mail}>
      <table>
        <thead>
          <tr>
            <th scope="col">{text.person}</th>
            <th scope="col">{text.code}</th>
            <th scope="col">{text.mail}</th>
          </tr>
        </thead>
        <tbody>
          {invitations.map((one) => (
            <tr key={one.person}>
              <th scope="row">
                <bdi>{one.name}</bdi>
              </th>
              <td class="num">
                <Ltr>{one.code}</Ltr>
              </td>
              <td>
                <span class="row-acts">
                  {one.email == null ? (
                    <span class="muted">{text.noMail}</span>
                  ) : (
                    <button type="button" aria-label={text.copyAddressOf(one.name)} onClick={() => void copyAndTell(one.email ?? '')}>
                      {text.copyAddress}
                    </button>
                  )}
                  <button
                    type="button"
                    aria-label={text.copyTextOf(one.name)}
                    onClick={() => void copyAndTell(`${one.mail_subject}\n\n${one.mail_text}`)}
                  >
                    {text.copyText}
                  </button>
                  <details>
                    <summary>
                      {text.mail}: {names[one.language] ?? one.language}
                      <span class="unseen"> {one.name}</span>
                    </summary>
                    <div lang={one.language} dir="auto" class="mail">
                      <strong>{one.mail_subject}</strong>
                      {`\n\n${one.mail_text}`}
                    </div>
                  </details>
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
