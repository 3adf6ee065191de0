import type { AreaRoute } from '../../fragment';
import { words } from '../../i18n';
import { goToArea } from '../../router';
import { usePlaces } from '../places_known';
import { History } from './history';
import { OneImport } from './one_import';
import { UploadForm } from './upload_form';
import { importsWords } from './words';

/** Lists of people as files: sending one, and what became of the earlier ones. */
export function ImportsPage({ at }: { at: AreaRoute }) {
  const text = importsWords();
  const { places } = usePlaces();
  const id = at.path[0];
  const organisation = places?.organisations.find((one) => one.id === at.query.organisation)?.id ?? places?.organisations[0]?.id;
  const choose = (organisation: string): void => goToArea('imports', [], { organisation }, true);
  return (
    <section class="page broad" aria-labelledby="imports-title">
      <h2 id="imports-title">{text.title}</h2>
      {!places && <p role="status">{words().loading}</p>}
      {places && id !== undefined && <OneImport key={id} id={id} places={places} />}
      {places && id === undefined && organisation === undefined && <p>{text.upload.noOrganisation}</p>}
      {places && id === undefined && organisation !== undefined && (
        <>
          <UploadForm key={organisation} places={places} organisation={organisation} choose={choose} />
          <History key={`${organisation} past`} organisation={organisation} />
        </>
      )}
    </section>
  );
}
