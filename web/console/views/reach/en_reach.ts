/** The words of who is reachable. */
export const reach = {
  title: 'Who is reachable, by office',
  lead: 'Reachable is who has an enrolled phone, or a proven number: one at which the person answered a call or gave back a code. Any other number may be wrong.',
  office: 'Office',
  people: 'People',
  reachable: 'Reachable',
  proven: 'With a proven number',
  with_number: 'With any number',
  enrolled: 'With an enrolled phone',
  nothing: 'No number, no phone',
  none: 'No office within your reach has people.',
  all: 'All of them',
  unreachable: (nothing: string, people: string) => `${nothing} of ${people} people are not reachable: no enrolled phone, and no proven number.`,
  allReachable: 'Everybody is reachable.',
  open: (office: string) => `People of ${office}`,
};

export type ReachWords = typeof reach;
