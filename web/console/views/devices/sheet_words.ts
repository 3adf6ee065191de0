import type { Language } from '../../../ui/i18n';

/** What stands on an enrolment sheet, beside the person's own data. */
export interface SheetWords {
  what: string;
  steps: readonly string[];
  /** What the person reads before the last moment at which the code works. */
  until: (stamp: string) => string;
  qr: (name: string) => string;
}

/** Languages in which sheets are printed: the ones in which the mails are written. */
export const SHEET_LANGUAGES = ['en', 'fr', 'es', 'ar', 'ru', 'zh'] as const;
export type SheetLanguage = (typeof SHEET_LANGUAGES)[number];

/** In which language each sheet is: the person's own, or the same for all. */
export type SheetChoice = 'own' | SheetLanguage;

/** The language of one sheet: what is chosen for all, else the person's own, else the console's. */
export function sheetLanguage(choice: SheetChoice, own: string, console: Language): SheetLanguage {
  if (choice !== 'own') return choice;
  return SHEET_LANGUAGES.find((one) => one === own) ?? console;
}

/** Which way a sheet is written. */
export function sheetDirection(language: SheetLanguage): 'ltr' | 'rtl' {
  return language === 'ar' ? 'rtl' : 'ltr';
}

/** The words of the sheets. They travel together: a pile of sheets has many languages. */
export const sheetWords: Record<SheetLanguage, SheetWords> = {
  en: {
    what: 'Muster: call for help from your phone',
    steps: [
      'Scan this with your phone’s camera and open the link.',
      'Follow the page that opens. No camera? Open the address and type the code.',
      'Show this sheet to nobody, and tear it up afterwards.',
    ],
    until: (stamp) => `The code works until ${stamp}.`,
    qr: (name) => `QR code of ${name}`,
  },
  fr: {
    what: 'Muster : appelez à l’aide par téléphone',
    steps: [
      'Scannez ceci avec la caméra du téléphone, ouvrez le lien.',
      'Suivez la page. Pas de caméra ? Ouvrez l’adresse et tapez le code.',
      'Ne montrez ceci à personne et déchirez-le ensuite.',
    ],
    until: (stamp) => `Le code est valable jusqu’au ${stamp}.`,
    qr: (name) => `Code QR de ${name}`,
  },
  es: {
    what: 'Muster: pida ayuda desde su teléfono',
    steps: [
      'Escanee esto con la cámara del teléfono y abra el enlace.',
      'Siga la página que se abre. ¿No tiene cámara? Abra la dirección y escriba el código.',
      'No enseñe esta hoja a nadie y rómpala después.',
    ],
    until: (stamp) => `El código vale hasta el ${stamp}.`,
    qr: (name) => `Código QR de ${name}`,
  },
  ar: {
    what: 'مُستر: اطلب النجدة من هاتفك',
    steps: [
      'امسح هذا بكاميرا هاتفك وافتح الرابط.',
      'اتبع الصفحة التي تُفتح. لا كاميرا؟ افتح العنوان واكتب الرمز.',
      'لا تُرِ هذه الورقة لأحد، ومزّقها بعد ذلك.',
    ],
    until: (stamp) => `يصلح الرمز حتى ${stamp}.`,
    qr: (name) => `رمز استجابة سريعة لـ ${name}`,
  },
  ru: {
    what: 'Muster: зовите на помощь с телефона',
    steps: [
      'Наведите на это камеру телефона и откройте ссылку.',
      'Следуйте указаниям открывшейся страницы. Нет камеры? Откройте адрес и введите код.',
      'Никому не показывайте этот лист, а потом порвите его.',
    ],
    until: (stamp) => `Код действует до ${stamp}.`,
    qr: (name) => `QR-код: ${name}`,
  },
  zh: {
    what: 'Muster：用手机求救',
    steps: ['用手机相机扫描此码并打开链接。', '按打开的页面操作。没有相机？打开网址并输入代码。', '不要给任何人看这张纸，用完后撕毁。'],
    until: (stamp) => `代码有效期至 ${stamp}。`,
    qr: (name) => `${name} 的二维码`,
  },
};
