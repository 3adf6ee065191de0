/** Words both apps use for what travels. */
export const shared = {
  severity: { extreme: 'Extreme', severe: 'Severe', moderate: 'Moderate', minor: 'Minor' },
  exercise: 'EXERCISE',
  exerciseLong: 'EXERCISE. Nothing here is real.',
  language: 'Language',
};

export type SharedWords = typeof shared;
