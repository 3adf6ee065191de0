/**
 * A new UUIDv7 (RFC 9562, section 5.7): 48 bits of wall time, then random bits. Needs no secure context.
 * The time in it is only for sorting in a database; nothing reads it as the time of the tap.
 */
export function uuid7(wall: number, random: Uint8Array): string {
  const bytes = random.slice(0, 16);
  const time = Math.min(Math.max(0, Math.floor(wall)), 2 ** 48 - 1);
  for (let index = 0; index < 6; index++) bytes[index] = Math.floor(time / 2 ** (8 * (5 - index))) % 256;
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
