import { signal } from '@preact/signals';
import { settings } from './platform';

/** `system` follows the device; the others override it. */
export type Theme = 'system' | 'light' | 'dark';

/** The theme in force. */
export const theme = signal<Theme>('system');

/** Sets the theme, remembers it, and shows it by `data-theme` on <html>. */
export function setTheme(wanted: Theme): void {
  theme.value = wanted;
  settings.set('theme', wanted);
  if (wanted === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = wanted;
}

/** Takes up the theme chosen before. */
export function restoreTheme(): void {
  const stored = settings.get('theme');
  if (stored === 'light' || stored === 'dark') setTheme(stored);
}

/** Turns to the other of light and dark, from what is on the screen now. */
export function toggleTheme(): void {
  const dark = theme.value === 'dark' || (theme.value === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
  setTheme(dark ? 'light' : 'dark');
}
