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
    const taken = Buffer.from(this.#buffer.subarray(0, this.#length));
    this.#length = 0;
    return taken;
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
