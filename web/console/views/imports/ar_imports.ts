import type { ImportsWords } from './en_imports';

export const imports: ImportsWords = {
  title: 'الاستيراد',
};
