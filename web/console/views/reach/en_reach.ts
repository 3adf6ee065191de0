/** The words of who is reachable. */
export const reach = {
  title: 'Who is reachable, by office',
  lead: 'A proven number is one at which the person answered a call or gave back a code. An unproven one may be wrong.',
  office: 'Office',
  people: 'People',
  proven: 'With a proven number',
  with_number: 'With any number',
  enrolled: 'With an enrolled phone',
  nothing: 'With nothing',
  none: 'No office within your reach has people.',
  all: 'All of them',
  unreachable: (nothing: string, people: string) => `${nothing} of ${people} people cannot be reached at all.`,
  allReachable: 'Everybody has at least a number or an enrolled phone.',
  open: (office: string) => `People of ${office}`,
};

export type ReachWords = typeof reach;
