import type { SharedWords } from './en';

export const shared: SharedWords = {
  severity: { extreme: 'قصوى', severe: 'شديدة', moderate: 'متوسطة', minor: 'طفيفة' },
  exercise: 'تمرين',
  exerciseLong: 'تمرين. الأشخاص والإنذارات هنا مختلقة.',
  language: 'اللغة',
};
