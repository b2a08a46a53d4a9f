import type { Type } from 'avsc';
import { MillraceError, messageOf } from '../core/errors.ts';

const largestKept = 1 << 20;

/** Where values are written before their size is known. One for all: encoding is synchronous and calls nobody. */
let scratch = Buffer.allocUnsafeSlow(1 << 16);

const encodeInto = (type: Type, value: unknown, start: number): readonly [buffer: Buffer, end: number] => {
  const end = type.encode(value, scratch, start);
  if (end >= 0) return [scratch, end];
  const larger = Buffer.allocUnsafeSlow(2 * (scratch.length - end));
  if (larger.length <= largestKept) scratch = larger;
  return [larger, type.encode(value, larger, start)];
};

/**
 * Writes a value behind `header` into a new buffer of the exact size: copied once, since the header's place is reserved beforehand.
 * Throws `not_encodable` naming the first path that does not fit the schema.
 */
export const encodeBehind = (header: Buffer, type: Type, value: unknown): Buffer => {
  try {
    const [buffer, end] = encodeInto(type, value, header.length);
    const bytes = Buffer.allocUnsafe(end);
    buffer.copy(bytes, 0, 0, end);
    header.copy(bytes);
    return bytes;
  } catch (error) {
    throw new MillraceError('not_encodable', `${type.name ?? type.typeName}: ${firstMisfit(type, value) ?? messageOf(error)}.`, error);
  }
};

const firstMisfit = (type: Type, value: unknown): string | undefined => {
  let misfit: string | undefined;
  const errorHook = (path: ReadonlyArray<string>, found: unknown, expected: Type): void => {
    misfit ??= `at '${path.join('.')}' there is ${shown(found)} where ${named(expected)} belongs`;
  };
  try {
    type.isValid(value, { errorHook });
  } catch {
    // A value that leads back to itself ends here as it did when it was written.
  }
  return misfit;
};

const named = (type: Type): string => type.name ?? type.typeName.replace('union:unwrapped', 'a union branch');

const shown = (value: unknown): string => {
  if (value === null || typeof value !== 'object') return typeof value === 'string' ? JSON.stringify(value).slice(0, 80) : String(value);
  return Array.isArray(value) ? 'an array' : 'an object';
};

/** How bytes are read: at which position the body begins, and with which resolver if another schema wrote them. */
export interface Reading {
  readonly start: number;
  readonly resolver: ReturnType<Type['createResolver']> | undefined;
}

/** Reads the body that fills `bytes` from `start` on. Throws `not_decodable` when it is truncated, malformed or followed by more. */
export const decodeFrom = (bytes: Buffer, type: Type, reading: Reading): unknown => {
  const { value, offset } = readAt(bytes, type, reading);
  if (offset === bytes.length) return value;
  const reason = offset < 0 ? 'the bytes end before the record does' : `${bytes.length - offset} bytes follow the record`;
  throw new MillraceError('not_decodable', `${type.name ?? type.typeName}: ${reason}.`);
};

const readAt = (bytes: Buffer, type: Type, { start, resolver }: Reading): { readonly value: unknown; readonly offset: number } => {
  try {
    return type.decode(bytes, start, resolver);
  } catch (error) {
    throw new MillraceError('not_decodable', `${type.name ?? type.typeName}: ${messageOf(error)}.`, error);
  }
};
