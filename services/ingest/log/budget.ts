/**
 * How many bytes of bodies and unconfirmed records a process may hold. While it is late with what it has, it takes nothing more. Not a lock:
 * whoever takes bytes gives them back.
 */
export class Budget {
  readonly limit: number;
  readonly #isLate: () => boolean;
  #used = 0;

  constructor(limit: number, isLate: () => boolean = () => false) {
    this.limit = limit;
    this.#isLate = isLate;
  }

  get used(): number {
    return this.#used;
  }

  /** Takes bytes if there is room for them; a single request always fits into an empty budget. */
  take(bytes: number): boolean {
    if (this.#used > 0 && (this.#used + bytes > this.limit || this.#isLate())) return false;
    this.add(bytes);
    return true;
  }

  /** Takes bytes whether there is room or not: for what has been let in already. */
  add(bytes: number): void {
    this.#used += bytes;
  }

  release(bytes: number): void {
    this.#used -= bytes;
  }
}
