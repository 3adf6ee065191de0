import { counter } from '../../../ui/count';
import type { MapWords } from './en_map';

const many = counter('ar');

export const map: MapWords = {
  title: 'الخريطة',
  canvas: 'خريطة المكاتب والمناطق ومن في حالات مفتوحة. القائمة بجانبها تقول الشيء نفسه.',
  keys: 'الأسهم تحرّك، + و− تكبّر وتصغّر، 0 يُظهر كل شيء.',
  disclaimer: 'الحدود والأسماء: لا تعني أي تأييد. Natural Earth، ملك عام.',
  zoomIn: 'كبّر',
  zoomOut: 'صغّر',
  fit: 'أظهر كل شيء',
  landMissing: 'تعذّر تحميل حدود العالم. تظهر الأماكن من دونها.',
  asOf: (stamp) => `كما في ${stamp}`,
  stale: (stamp) => `ليست حديثة: الخادم لا يجيب. هذا كما في ${stamp}.`,
  cases: (n) =>
    many(n, {
      zero: 'لا أحد في حالة مفتوحة',
      one: 'شخص واحد في حالة مفتوحة',
      two: 'شخصان في حالتين مفتوحتين',
      few: '{n} أشخاص في حالات مفتوحة',
      many: '{n} شخصًا في حالات مفتوحة',
      other: '{n} شخص في حالات مفتوحة',
    }),
  nobody: 'لا أحد في حالة مفتوحة.',
  casesHidden: 'لا تُعرض عليك الحالات المفتوحة هنا.',
  withoutPosition: 'مفتوحة، دون موقع',
  offices: 'المكاتب',
  stations: 'مراكز العمل',
  premises: 'المباني',
  zones: 'مناطق لها حدود',
  none: 'لا شيء.',
  show: 'أظهر',
  showOf: (name) => `أظهر ${name} على الخريطة`,
  onlyCountry: 'لم يُدخَل مكانه: وسط البلد',
  noPlace: 'مكانه غير معروف',
  accuracy: (m) => `ضمن ${m} م`,
  taken: (age) => `أُخذ قبل ${age}`,
  ofReporter: 'موقع المبلّغ، لا موقع هذا الشخص',
};
