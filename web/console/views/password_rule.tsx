import { words } from '../i18n';

/** The fewest characters of a password, as the server counts them. */
const LENGTH = 15;

const lengthOf = (password: string): number => [...password].length;

/** Whether a password is long enough to be sent; the server has the last word. */
export function isLongEnough(password: string): boolean {
  return lengthOf(password) >= LENGTH;
}

/** The rule for a password, counting down to it. */
export function PasswordRule({ password }: { password: string }) {
  const { setup } = words();
  const missing = LENGTH - lengthOf(password);
  return <>{password !== '' && missing > 0 ? setup.passwordShort(missing) : setup.passwordRule}</>;
}
