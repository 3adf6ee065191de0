import type { About } from '../about';
import { language } from '../language';
import { Say } from './say';

/** For which colleague an alarm is. */
export function ForWhom({ about }: { about: Extract<About, { kind: 'colleague' }> }) {
  const { stage } = language.words.value;
  if (about.name === undefined) return <>{stage.forUnnamed}</>;
  return <Say text={stage.forColleague} values={{ name: about.name }} />;
}
