import type { PlacesWords } from './en_places';

export const places: PlacesWords = {
  title: 'الأماكن',
  add: 'أضف',
  office: 'أضف مكتبًا قُطريًا',
  station: 'أضف مركز عمل',
  organisation: 'المنظمة',
  country: 'رمز البلد',
  countryHint: 'حرفان، ISO 3166-1.',
  name: 'الاسم',
  dutyNumber: 'رقم الضابط المناوب',
  emergencyNumber: 'رقم الطوارئ المحلي',
  officeOf: 'المكتب القُطري',
  timeZone: 'المنطقة الزمنية',
  timeZoneHint: 'اسم IANA مثل Africa/Nairobi.',
  lat: 'درجات شمالًا',
  lon: 'درجات شرقًا',
};
