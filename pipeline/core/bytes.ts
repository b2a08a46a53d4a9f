/** Below this an integer and its sign fit in 31 bits, which is what the fast operators on numbers work on. */
const small = 2 ** 30;

/** Up to this many characters, writing them one by one is faster. */
const shortText = 48;

/**
 * A growing byte buffer for state values: doubles, variable-length integers, strings and byte runs, in the order they are put.
 *
 * One writer is reused for many values: `take` hands out a copy of what was put since the last `take`.
 */
export class ByteWriter {
  #buffer = Buffer.allocUnsafe(256);
  #length = 0;

  /** A 64-bit IEEE double, exact for every number. */
  double(value: number): this {
    this.#reserve(8);
    this.#length = this.#buffer.writeDoubleLE(value, this.#length);
    return this;
  }

  /** A safe integer, zig-zag and variable length (1 to 8 bytes), as in Avro. Throws `RangeError` for any other number. */
  integer(value: number): this {
    if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is not a safe integer`);
    this.#reserve(10);
    if (value >= 0 && value < small) {
      this.#small(value << 1);
      return this;
    }
    // Twice the value may be past 2^53, so the bit of the sign goes into the first byte by itself.
    const size = value >= 0 ? value : -value - 1;
    let byte = (size % 0x40) * 2 + (value >= 0 ? 0 : 1);
    for (let rest = Math.floor(size / 0x40); rest > 0; rest = Math.floor(rest / 0x80)) {
      this.#buffer[this.#length++] = byte | 0x80;
      byte = rest % 0x80;
    }
    this.#buffer[this.#length++] = byte;
    return this;
  }

  /** One byte, 0 or 1, as in Avro. */
  boolean(value: boolean): this {
    this.#reserve(1);
    this.#buffer[this.#length++] = value ? 1 : 0;
    return this;
  }

  /** UTF-8 text with its length before it. */
  string(value: string): this {
    if (value.length < shortText && this.#ascii(value)) return this;
    const bytes = Buffer.byteLength(value);
    this.integer(bytes);
    this.#reserve(bytes);
    this.#buffer.write(value, this.#length);
    this.#length += bytes;
    return this;
  }

  /** Bytes with their length before them. */
  bytes(value: Uint8Array): this {
    this.integer(value.length);
    this.#reserve(value.length);
    this.#buffer.set(value, this.#length);
    this.#length += value.length;
    return this;
  }

  /** What was put since the last `take`, as a buffer of its own. */
  take(): Buffer {
    const taken = Buffer.allocUnsafe(this.#length);
    this.#buffer.copy(taken, 0, 0, this.#length);
    this.#length = 0;
    return taken;
  }

  /** A number below 2^31 in runs of seven bits, the lowest first. */
  #small(value: number): void {
    let rest = value;
    for (; rest > 0x7f; rest >>>= 7) this.#buffer[this.#length++] = (rest & 0x7f) | 0x80;
    this.#buffer[this.#length++] = rest;
  }

  /** Writes a short text if it is plain ASCII, as most are: its bytes are its characters, and asking Node twice costs more than they do. */
  #ascii(value: string): boolean {
    this.#reserve(shortText + 2);
    const start = this.#length;
    this.#small(value.length << 1);
    for (let at = 0; at < value.length; at++) {
      const unit = value.charCodeAt(at);
      if (unit > 0x7f) {
        this.#length = start;
        return false;
      }
      this.#buffer[this.#length++] = unit;
    }
    return true;
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length + bytes));
    this.#buffer.copy(grown, 0, 0, this.#length);
    this.#buffer = grown;
  }
}

/** Reads back what a `ByteWriter` wrote, in the same order. Throws `RangeError` past the end. */
export class ByteReader {
  readonly #buffer: Buffer;
  #at = 0;

  constructor(buffer: Buffer) {
    this.#buffer = buffer;
  }

  double(): number {
    const value = this.#buffer.readDoubleLE(this.#at);
    this.#at += 8;
    return value;
  }

  boolean(): boolean {
    return this.#buffer.readUInt8(this.#at++) !== 0;
  }

  integer(): number {
    let byte = this.#buffer.readUInt8(this.#at++);
    const isNegative = (byte & 1) === 1;
    let size = (byte & 0x7f) >> 1;
    for (let scale = 0x40; byte >= 0x80; scale *= 0x80) {
      byte = this.#buffer.readUInt8(this.#at++);
      size += (byte & 0x7f) * scale;
    }
    return isNegative ? -size - 1 : size;
  }

  string(): string {
    const bytes = this.#run();
    return bytes.toString('utf8');
  }

  /** A view into the buffer that is read, not a copy. */
  bytes(): Buffer {
    return this.#run();
  }

  #run(): Buffer {
    const length = this.integer();
    if (length < 0 || this.#at + length > this.#buffer.length) throw new RangeError(`a run of ${String(length)} bytes goes past the end`);
    this.#at += length;
    return this.#buffer.subarray(this.#at - length, this.#at);
  }
}
