import type { PeopleWords } from './en_people';

export const people: PeopleWords = {
  title: 'الأشخاص',
  person: 'أضف شخصًا',
  add: 'أضف',
  name: 'الاسم',
  office: 'المكتب القُطري',
  station: 'مركز العمل',
  kind: 'نوع الشخص',
  email: 'البريد الإلكتروني',
  emailHint: 'يلزم لمن يسجّل الدخول هنا.',
  mobile: 'رقم الجوال',
  mobileHint: 'بالصيغة الدولية: + ثم الأرقام.',
  languages: 'اللغات',
  languagesHint: 'رموز، الأفضل أولًا: so en ar',
  callSign: 'رمز النداء',
  noOffice: 'لا يوجد مكتب بعد. أدخل واحدًا في صفحة الأماكن أولًا.',
};
