/**
 * A buffer of which only the bytes from `start` to `end` are meant, which move: one object stands for many keys or values, one after the
 * other. The binding reads values so; keys are read so by `keyEncoder`.
 */
export type ByteWindow = Buffer & { start: number; end: number };

/** A window on the same memory. */
export const windowOn = (bytes: Buffer): ByteWindow =>
  Object.assign(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), { start: 0, end: 0 });

/** Moves a window and returns it. */
export const moved = (window: ByteWindow, start: number, length: number): ByteWindow => {
  window.start = start;
  window.end = start + length;
  return window;
};

/** What it shows; not a copy. */
export const bytesIn = (window: ByteWindow): Buffer => window.subarray(window.start, window.end);

/** Whether a key is a window. */
export const isWindow = (bytes: Uint8Array): bytes is ByteWindow => 'start' in bytes;
