/** A whole number from 1 to `most` as somebody types it, in the digits of their language; none when it is no such number. */
export function wholeNumber(typed: string | undefined, most: number): number | undefined {
  const digits = (typed ?? '').replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String((digit.codePointAt(0) ?? 0) & 0xf));
  if (!/^\d{1,9}$/.test(digits)) return undefined;
  const number = Number(digits);
  return number >= 1 && number <= most ? number : undefined;
}
