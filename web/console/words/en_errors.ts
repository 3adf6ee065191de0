/** What to do after an error, by its stable code. A code that is not here shows the server's own sentence. */
export const errors = {
  unreachable: 'The server did not answer. Nothing is known to be stored. Try again; it will not happen twice.',
  unreadable: 'The answer could not be read. Something between this page and the server is broken. Try again.',
  sign_in_failed: 'E-mail or password is wrong.',
  sign_in_delayed: 'Too many tries. Wait, then sign in again.',
  unauthenticated: 'Your session has ended. Sign in again.',
  credential_expired: 'Your session has ended. Sign in again.',
  credential_invalid: 'Your session is not valid here. Sign in again.',
  origin_refused: 'The server refuses this address. Open the console at the address it was set up for.',
  forbidden: 'Your role does not permit this.',
  not_found: 'It does not exist, or it is not for you.',
  case_changed: 'The case has changed since you looked. Read what is new, then do it again.',
  case_closed: 'The case is closed. A new tap would open it again.',
  not_owner: 'Take the case first.',
  link_invalid: 'This link was used or has run out. Ask for a new one.',
  password_refused: 'Choose another password: at least 15 characters, and none that is commonly used.',
  busy: 'The server is too busy. Nothing was stored. Try again.',
  database_down: 'The server’s database cannot be reached. Nothing was stored. Try again.',
  internal: 'Something broke on the server. Nothing was stored. Try again, and tell your administrator.',
  invalid_value: 'Something in the form cannot be right.',
  body_too_large: 'The text is too long.',
};

export type ErrorWords = typeof errors;
