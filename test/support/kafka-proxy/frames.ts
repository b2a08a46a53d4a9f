const lengthSize = 4;

/** Cuts a stream of bytes into the frames of Kafka's protocol, without their lengths. */
export class Frames {
  #rest = Buffer.alloc(0);

  /** The frames that are complete with these bytes. */
  take(bytes: Buffer): ReadonlyArray<Buffer> {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    const frames: Buffer[] = [];
    while (this.#rest.length >= lengthSize) {
      const end = lengthSize + this.#rest.readInt32BE(0);
      if (this.#rest.length < end) break;
      frames.push(Buffer.from(this.#rest.subarray(lengthSize, end)));
      this.#rest = this.#rest.subarray(end);
    }
    return frames;
  }
}

/** A frame with its length before it, as it is sent. */
export const framed = (frame: Buffer): Buffer => {
  const length = Buffer.alloc(lengthSize);
  length.writeInt32BE(frame.length);
  return Buffer.concat([length, frame]);
};
