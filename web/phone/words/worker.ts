import type { Language } from '../../ui/i18n';

/** What the service worker says by itself, when the server cannot tell it what to say. */
export const WORKER_WORDS: Record<Language, { general: string; over: string }> = {
  en: { general: 'Muster needs you. Open the app.', over: 'An alarm that called you is over.' },
  ar: { general: 'Muster يحتاج إليك. افتح التطبيق.', over: 'انتهى بلاغ كنتَ قد استُدعيت من أجله.' },
};
