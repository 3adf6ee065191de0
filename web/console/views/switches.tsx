import { useId } from 'preact/hooks';
import { LANGUAGE_NAMES, LANGUAGES, type Language } from '../../ui/i18n';
import { toggleTheme } from '../../ui/theme';
import { i18n, words } from '../i18n';

/** Chooses the language. */
export function LanguageSwitch() {
  const id = useId();
  return (
    <span class="language">
      <label for={id} class="unseen">
        {words().shared.language}
      </label>
      <select
        id={id}
        value={i18n.language.value}
        onChange={(event) => void i18n.choose(event.currentTarget.value as Language)}
      >
        {LANGUAGES.map((language) => (
          <option key={language} value={language} lang={language}>
            {LANGUAGE_NAMES[language]}
          </option>
        ))}
      </select>
    </span>
  );
}

/** Turns between light and dark. */
export function ThemeSwitch() {
  return (
    <button type="button" class="quiet icon" aria-label={words().theme} title={words().theme} onClick={toggleTheme}>
      <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
        <circle cx="10" cy="10" r="7.5" fill="none" stroke="currentColor" stroke-width="1.6" />
        <path d="M10 2.5a7.5 7.5 0 0 1 0 15z" fill="currentColor" />
      </svg>
    </button>
  );
}
