/** Reads a frame of Kafka's protocol from front to back. */
export class Cursor {
  readonly bytes: Buffer;
  at: number;

  constructor(bytes: Buffer, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  skip(count: number): void {
    this.at += count;
  }

  int16(): number {
    this.at += 2;
    return this.bytes.readInt16BE(this.at - 2);
  }

  int32(): number {
    this.at += 4;
    return this.bytes.readInt32BE(this.at - 4);
  }

  /** An unsigned number in groups of seven bits. */
  varint(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes.readUInt8(this.at);
      this.at += 1;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }

  /** A text behind its length in two bytes; empty if it is null. */
  text(): string {
    const length = Math.max(0, this.int16());
    this.at += length;
    return this.bytes.toString('utf8', this.at - length, this.at);
  }

  /** Passes over a text, or bytes, behind a length that is one too large, as flexible versions write it. */
  skipCompact(): void {
    const length = Math.max(0, this.varint() - 1);
    this.at += length;
  }

  /** Passes over the tagged fields of a flexible version. */
  skipTags(): void {
    for (let left = this.varint(); left > 0; left -= 1) {
      this.varint();
      const size = this.varint();
      this.at += size;
    }
  }
}
