import type { Import, ImportFigures } from '../../wire';
import { num } from '../../i18n';
import { importsWords } from './words';

/** The figures, in the order in which they are read; the last ones only when there is something to say. */
const ALWAYS = ['rows', 'before', 'new', 'changed', 'returning', 'leaving', 'unchanged', 'kept', 'bad_rows', 'warnings'] as const;
const WHEN_ANY = ['leaving_with_roles', 'overtaken', 'left_as_is'] as const;

/** The counts of an import. */
export function FigureList({ one }: { one: Import }) {
  const { figures: text } = importsWords();
  const shown: (keyof ImportFigures & keyof typeof text)[] = [...ALWAYS, ...WHEN_ANY.filter((name) => one.figures[name] > 0)];
  return (
    <section class="panel" aria-labelledby="import-figures">
      <h3 id="import-figures">{one.applied_at == null ? text.title : text.titleDone}</h3>
      <dl class="entry-fields">
        {shown.map((name) => (
          <div key={name}>
            <dt class="muted">{text[name]}</dt>
            <dd class={`num ${name === 'bad_rows' && one.figures.bad_rows > 0 ? 'bad' : ''}`}>
              <strong>{num(one.figures[name])}</strong>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
