/** The words of the register's pages. */
export const people = {
  title: 'People',
  person: 'Add a person',
  add: 'Add',
  name: 'Name',
  office: 'Country office',
  station: 'Duty station',
  kind: 'Kind of person',
  email: 'E-mail',
  emailHint: 'Needed by those who sign in here.',
  mobile: 'Mobile number',
  mobileHint: 'International form: + and the digits.',
  languages: 'Languages',
  languagesHint: 'Tags, best first: so en ar',
  callSign: 'Radio call sign',
  noOffice: 'There is no office yet. Enter one under Places first.',
};

export type PeopleWords = typeof people;
