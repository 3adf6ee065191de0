import { counter } from '../../../ui/count';
import type { BoardWords } from './en_board';

const many = counter('ar');

export const board: BoardWords = {
  title: 'ما ينتظر أحدًا',
  asOf: (stamp) => `كما في ${stamp}. يُسأل مرة أخرى كل دقيقتين.`,
  nothing: 'لا شيء متأخر ضمن نطاقك.',
  count: (n) =>
    many(n, { zero: 'لا شيء ينتظر', one: 'شيء واحد ينتظر', two: 'شيئان ينتظران', few: '{n} أشياء تنتظر', many: '{n} شيئًا ينتظر', other: '{n} شيء ينتظر' }),
  zones: 'مناطق دون مراقب يمكن الوصول إليه',
  zonesLead: 'لن يسأل أحد عمّن فيها. عيّن شخصًا له هاتف مسجّل أو رقم مثبت.',
  zone: 'المنطقة',
  country: 'البلد',
  since: 'منذ',
  alert: 'إنذار: 24 ساعة أو أكثر',
  toZones: 'افتح المناطق',
  again: 'اسأل مرة أخرى',
};
