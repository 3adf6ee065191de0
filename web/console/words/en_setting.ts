import { counter } from '../../ui/count';

const many = counter('en');

/** The words of the pages before the console: the first administrator, a new password. */
export const setting = {
  setup: {
    title: 'Set up Muster',
    lead: 'This page makes the first administrator. The link works once.',
    organisation: 'Organisation',
    name: 'Your name',
    email: 'E-mail',
    password: 'Password',
    passwordRule: 'At least 15 characters. A sentence you can remember is best.',
    passwordShort: (missing: number) =>
      `${many(missing, { other: '{n} more to go.' })} A password has at least 15 characters.`,
    passwordShow: 'Show the password',
    submit: 'Make the administrator',
  },
  password: {
    title: 'Set your password',
    lead: 'The link works once. Afterwards, sign in with your e-mail and this password.',
    submit: 'Set the password',
    done: 'The password is set. Sign in with it.',
  },
};

export type SettingWords = typeof setting;
