import { counter } from '../../ui/count';
import type { SettingWords } from './en_setting';

const many = counter('ar');

export const setting: SettingWords = {
  setup: {
    title: 'إعداد مُستر',
    lead: 'تُنشئ هذه الصفحة أول مسؤول. يعمل الرابط مرة واحدة.',
    organisation: 'المنظمة',
    name: 'اسمك',
    email: 'البريد الإلكتروني',
    password: 'كلمة المرور',
    passwordRule: '15 حرفًا على الأقل. أفضلها جملة تتذكرها.',
    passwordShort: (missing) => {
      const left = { one: 'ينقص حرف واحد.', two: 'ينقص حرفان.', few: 'تنقص {n} أحرف.', many: 'ينقص {n} حرفًا.' };
      return `${many(missing, { ...left, other: 'ينقص {n} حرف.' })} كلمة المرور 15 حرفًا على الأقل.`;
    },
    passwordShow: 'أظهر كلمة المرور',
    submit: 'أنشئ المسؤول',
  },
  password: {
    title: 'ضع كلمة مرورك',
    lead: 'يعمل الرابط مرة واحدة. بعد ذلك سجّل الدخول ببريدك وبهذه الكلمة.',
    submit: 'احفظ كلمة المرور',
    done: 'حُفظت كلمة المرور. سجّل الدخول بها.',
  },
};
