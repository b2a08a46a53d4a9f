const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/**
 * A new UUIDv7 (RFC 9562, 5.7): 48 bits of time, then random ones, so that ids sort by when they were made.
 *
 * @param ms since the epoch.
 */
export const newId = (ms: number): string => {
  const bytes = crypto.getRandomValues(new Uint8Array(10));
  const random = hex(bytes);
  const time = Math.floor(ms).toString(16).padStart(12, '0');
  const variant = ((Number.parseInt(random.slice(3, 4), 16) & 3) | 8).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-${variant}${random.slice(4, 7)}-${random.slice(7, 19)}`;
};
