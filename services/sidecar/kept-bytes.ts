import type { Budget } from '../ingest/log/budget.ts';

/** How much may be kept: of one body, and of all. */
export interface Room {
  readonly most: number;
  readonly budget: Budget;
}

/** The beginning of a body that passes by, kept for the log until `release`. */
export class KeptBytes {
  readonly #room: Room;
  #parts: Buffer[] = [];
  #size = 0;
  #isWhole = true;

  constructor(room: Room) {
    this.#room = room;
  }

  /** Whether all that has passed was kept. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#parts);
  }

  /** Keeps a copy of a part, if there is room: the part itself may be a piece of a far larger buffer. After the first one without room no more is kept. */
  add(part: Uint8Array): void {
    if (!this.#isWhole) return;
    this.#isWhole = this.#size + part.length <= this.#room.most && this.#room.budget.take(part.length);
    if (!this.#isWhole) return;
    this.#size += part.length;
    this.#parts.push(Buffer.from(part));
  }

  /** Gives its room back. */
  release(): void {
    this.#room.budget.release(this.#size);
    this.#parts = [];
    this.#size = 0;
  }
}
