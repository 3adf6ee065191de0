import type { ReachWords } from './en_reach';

export const reach: ReachWords = {
  title: 'من يمكن الوصول إليه، حسب المكتب',
  lead: 'الرقم المثبت هو الذي ردّ عليه الشخص في مكالمة أو أعاد منه رمزًا. أما غير المثبت فقد يكون خاطئًا.',
  office: 'المكتب',
  people: 'الأشخاص',
  proven: 'لهم رقم مثبت',
  with_number: 'لهم أي رقم',
  enrolled: 'لهم هاتف مسجّل',
  nothing: 'ليس لهم شيء',
  none: 'لا أشخاص في أي مكتب ضمن نطاقك.',
  all: 'الجميع',
  unreachable: (nothing, people) => `لا يمكن الوصول إلى ${nothing} من ${people} بأي وسيلة.`,
  allReachable: 'لكل شخص رقم أو هاتف مسجّل على الأقل.',
  open: (office) => `أشخاص ${office}`,
};
