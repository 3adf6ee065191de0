import type { ReachWords } from './en_reach';

export const reach: ReachWords = {
  title: 'من يمكن الوصول إليه، حسب المكتب',
  lead: 'يمكن الوصول إلى من له هاتف مسجّل أو رقم مثبت، وهو الذي ردّ عليه الشخص في مكالمة أو أعاد منه رمزًا. أما أي رقم آخر فقد يكون خاطئًا.',
  office: 'المكتب',
  people: 'الأشخاص',
  reachable: 'يمكن الوصول إليهم',
  proven: 'لهم رقم مثبت',
  with_number: 'لهم أي رقم',
  enrolled: 'لهم هاتف مسجّل',
  nothing: 'لا رقم ولا هاتف',
  none: 'لا أشخاص في أي مكتب ضمن نطاقك.',
  all: 'الجميع',
  unreachable: (nothing, people) => `لا يمكن الوصول إلى ${nothing} من ${people}: لا هاتف مسجّل ولا رقم مثبت.`,
  allReachable: 'يمكن الوصول إلى الجميع.',
  open: (office) => `أشخاص ${office}`,
};
