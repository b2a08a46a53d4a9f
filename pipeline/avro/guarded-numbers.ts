import avro, { type Type } from 'avsc';
import { nodeOf, type Resolver, type Resolving, type Tap } from './avsc-internals.ts';

// avsc is CommonJS whose names Node cannot see.
const { types } = avro;

/** avsc reads an int of any size; one past 32 bits could not be written again. */
class GuardedInt extends types.IntType {
  _read(tap: Tap): number {
    const n = tap.readLong();
    if (n === (n | 0)) return n;
    throw new Error(`an int of ${n} is out of range`);
  }
}

/**
 * avsc zigzags longs in doubles, so those beyond ±2^52 lose their last bit, and with it their sign. This one is exact up to where a
 * number is, and refuses what lies further out.
 */
class GuardedLong extends types.LongType {
  _read(tap: Tap): number {
    const start = tap.pos;
    const n = tap.readLong();
    if (n > -exactZigzag && n < exactZigzag) return n;
    const exact = Number(bigLong(tap, start));
    if (Number.isSafeInteger(exact)) return exact;
    throw new Error(`a long of ${exact} cannot be held without loss of precision`);
  }

  _write(tap: Tap, value: unknown): void {
    if (Number.isSafeInteger(value) && (value as number) < -exactZigzag) writeBigLong(tap, BigInt(value as number));
    else nodeOf(types.LongType.prototype)._write.call(this, tap, value);
  }
}
const exactZigzag = 2 ** 52;

const bigLong = (tap: Tap, start: number): bigint => {
  if (!(tap.pos <= tap.buf.length && tap.pos - start <= 10)) throw new Error('a long of more than ten bytes');
  let zigzag = 0n;
  for (let pos = tap.pos - 1; pos >= start; pos -= 1) zigzag = (zigzag << 7n) | BigInt((tap.buf[pos] ?? 0) & 0x7f);
  return (zigzag >> 1n) ^ -(zigzag & 1n);
};

const writeBigLong = (tap: Tap, n: bigint): void => {
  let zigzag = (n << 1n) ^ (n >> 63n);
  for (; zigzag >= 0x80n; zigzag >>= 7n) tap.buf[tap.pos++] = Number(zigzag & 0x7fn) | 0x80;
  tap.buf[tap.pos++] = Number(zigzag);
};

/** A double that was written as a long, to the nearest. */
const readLongAsDouble = (tap: Tap): number => {
  const start = tap.pos;
  const n = tap.readLong();
  return n > -exactZigzag && n < exactZigzag ? n : Number(bigLong(tap, start));
};

class GuardedFloat extends types.FloatType {
  _update(resolver: Resolver, writer: Type): void {
    (types.FloatType.prototype as unknown as Resolving)._update.call(this, resolver, writer);
    if (writer.typeName === 'long') resolver._read = readLongAsDouble;
  }
}

class GuardedDouble extends types.DoubleType {
  _update(resolver: Resolver, writer: Type): void {
    (types.DoubleType.prototype as unknown as Resolving)._update.call(this, resolver, writer);
    if (writer.typeName === 'long') resolver._read = readLongAsDouble;
  }
}

/** The number types by name, exact where avsc's own are not. */
export const guardedNumbers: ReadonlyArray<readonly [string, Type]> = [
  ['int', new GuardedInt()],
  ['long', new GuardedLong()],
  ['float', new GuardedFloat()],
  ['double', new GuardedDouble()],
];
