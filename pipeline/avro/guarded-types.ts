import avro, { type ForSchemaOptions, type Schema, type Type } from 'avsc';
import { nodeOf, type Tap } from './avsc-internals.ts';
import { guardedNumbers } from './guarded-numbers.ts';

// avsc is CommonJS whose names Node cannot see.
const { types } = avro;

/** Throws unless 0 <= n <= the bytes that are left. Written so that NaN, which an overlong varint may give, throws as well. */
const checked = (n: number, tap: Tap): number => {
  const left = tap.buf.length - tap.pos;
  if (n >= 0 && n <= left) return n;
  throw new Error(left < 0 ? 'the bytes end before the record does' : `a length of ${n} where ${left} bytes are left`);
};

/** The number of items in the next block. Each item takes a byte at least (zero-width ones are refused), so more items than bytes is a lie. */
const readCount = (tap: Tap): number => {
  const n = tap.readLong();
  if (n >= 0) return checked(n, tap);
  tap.skipLong();
  return checked(-n, tap);
};

const skipBlocks = (tap: Tap, skipItem: () => void): void => {
  for (let n = tap.readLong(); n !== 0; n = tap.readLong()) {
    if (n < 0) {
      const size = checked(tap.readLong(), tap);
      tap.pos += size;
    } else for (let left = checked(n, tap); left > 0; left--) skipItem();
    checked(0, tap);
  }
};

/** avsc trusts a block's count and size: a forged one allocates without bound, or loops for ever. This one checks them. */
class GuardedArray extends types.ArrayType {
  _read(tap: Tap): unknown[] {
    const items = nodeOf(this.itemsType);
    const values: unknown[] = [];
    for (let n = readCount(tap); n > 0; n = readCount(tap)) while (n-- > 0) values.push(items._read(tap));
    return values;
  }

  _skip(tap: Tap): void {
    const items = nodeOf(this.itemsType);
    skipBlocks(tap, () => items._skip(tap));
  }
}

/** The same for maps; besides, a key `__proto__` is an entry like any other. */
class GuardedMap extends types.MapType {
  _read(tap: Tap): Record<string, unknown> {
    const values = nodeOf(this.valuesType);
    const map: Record<string, unknown> = {};
    for (let n = readCount(tap); n > 0; n = readCount(tap)) {
      while (n-- > 0) put(map, tap.readString() ?? '', values._read(tap));
    }
    return map;
  }

  _skip(tap: Tap): void {
    const values = nodeOf(this.valuesType);
    skipBlocks(tap, () => {
      tap.skipString();
      values._skip(tap);
    });
  }
}

const put = (map: Record<string, unknown>, key: string, value: unknown): void => {
  if (key === '__proto__') Object.defineProperty(map, key, { value, configurable: true, enumerable: true, writable: true });
  else map[key] = value;
};

/** `isWellFormed` is in every supported Node, but not in the ES2023 types. */
type WellFormed = string & { isWellFormed(): boolean; toWellFormed(): string };

/** avsc writes a lone surrogate as three bytes that are no UTF-8, on which foreign readers stop. As Node does, write U+FFFD instead. */
class GuardedString extends types.StringType {
  _write(tap: Tap, value: unknown): void {
    const text = typeof value === 'string' && !(value as WellFormed).isWellFormed() ? (value as WellFormed).toWellFormed() : value;
    nodeOf(types.StringType.prototype)._write.call(this, tap, text);
  }
}

/** avsc looks symbols up in an object, where `constructor` would be found. */
class GuardedEnum extends types.EnumType {
  constructor(schema: Schema, options: unknown) {
    super(schema, options);
    Object.setPrototypeOf((this as unknown as { _indices: object })._indices, null);
  }
}

/** Decodes into plain objects: records compare equal to literals, and carry no methods that are no data. */
class PlainRecord extends types.RecordType {
  _createConstructor(errorStackTraces: boolean): unknown {
    const constructor = (types.RecordType.prototype as unknown as ConstructorMaker)._createConstructor.call(this, errorStackTraces, true);
    constructor.prototype = Object.prototype;
    return constructor;
  }
}

interface ConstructorMaker {
  _createConstructor(errorStackTraces: boolean, omitMethods: boolean): { prototype: object };
}

const primitives = new Map<unknown, Type>([...guardedNumbers, ['string', new GuardedString()]]);

const guarded = (schema: { readonly type?: unknown }, options: ForSchemaOptions): Type | undefined => {
  switch (schema.type) {
    case 'array':
      return new GuardedArray(schema as Schema, options);
    case 'map':
      return new GuardedMap(schema as Schema, options);
    case 'enum':
      return new GuardedEnum(schema as Schema, options);
    case 'record':
      return new PlainRecord(schema as Schema, options);
    default:
      return undefined;
  }
};

/** Hook for `Type.forSchema` which puts the guarded types in the place of avsc's own. */
export const guardedTypeHook = (schema: Schema, options: ForSchemaOptions): Type | undefined => {
  const name: unknown = typeof schema === 'string' ? schema : (schema as { readonly type?: unknown }).type;
  const primitive = primitives.get(name);
  if (primitive !== undefined) return primitive;
  return typeof schema === 'object' ? guarded(schema as { readonly type?: unknown }, options) : undefined;
};
