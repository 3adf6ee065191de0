/** The words of the import pages. */
export const imports = {
  title: 'Imports',
};

export type ImportsWords = typeof imports;
