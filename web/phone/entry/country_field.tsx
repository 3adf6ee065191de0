import { useState } from 'preact/hooks';
import { language } from '../language';
import { Say } from '../screens/say';
import { countryName, findCountries } from './countries';
import { entryWords } from './entry_words';

/** A country, found by the first letters of its name. Nothing of it is asked of the server. */
export function CountryField({ country, onChoose }: { country: string | undefined; onChoose: (code: string | undefined) => void }) {
  const words = entryWords().place;
  const shown = language.language.value;
  const [typed, setTyped] = useState('');
  const found = findCountries(typed, shown);
  return (
    <fieldset>
      <legend>{words.country}</legend>
      <p role="status" class={country === undefined ? 'unseen' : 'chosen'}>
        {country !== undefined && <Say text={words.chosen} values={{ country: countryName(country, shown) }} />}
      </p>
      <input
        type="text"
        dir="auto"
        autoComplete="off"
        spellcheck={false}
        aria-label={words.country}
        placeholder={words.countryHint}
        value={typed}
        onInput={(event) => setTyped(event.currentTarget.value)}
      />
      {typed.trim() !== '' && (
        <div class="options found" role="group" aria-label={words.found}>
          {found.length === 0 && <p role="status">{words.notFound}</p>}
          {found.map(({ code, name }) => (
            <button
              key={code}
              type="button"
              class="option"
              aria-pressed={code === country}
              onClick={() => {
                onChoose(code);
                setTyped('');
              }}
            >
              {name}
            </button>
          ))}
        </div>
      )}
    </fieldset>
  );
}
