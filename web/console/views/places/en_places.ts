/** The words of the pages of places. */
export const places = {
  title: 'Places',
  add: 'Add',
  office: 'Add a country office',
  station: 'Add a duty station',
  organisation: 'Organisation',
  country: 'Country code',
  countryHint: 'Two letters, ISO 3166-1.',
  name: 'Name',
  dutyNumber: 'Duty officer’s number',
  emergencyNumber: 'Local emergency number',
  officeOf: 'Country office',
  timeZone: 'Time zone',
  timeZoneHint: 'IANA name, such as Africa/Nairobi.',
  lat: 'Degrees north',
  lon: 'Degrees east',
};

export type PlacesWords = typeof places;
