import { importsWords } from './words';

/** Lists of people as files. */
export function ImportsPage() {
  return (
    <section class="page" aria-labelledby="imports-title">
      <h2 id="imports-title">{importsWords().title}</h2>
    </section>
  );
}
