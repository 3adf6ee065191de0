/** Words both apps use for what travels. */
export const shared = {
  severity: { extreme: 'Extreme', severe: 'Severe', moderate: 'Moderate', minor: 'Minor' },
  exercise: 'EXERCISE',
  exerciseLong: 'EXERCISE. People and alarms here are invented.',
  language: 'Language',
};

export type SharedWords = typeof shared;
