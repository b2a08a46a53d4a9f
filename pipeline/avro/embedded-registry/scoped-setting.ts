/** A setting with a global value that subjects may override. */
export class ScopedSetting<T> {
  readonly #initial: T;
  readonly #own = new Map<string, T>();
  #global: T;

  constructor(initial: T) {
    this.#initial = initial;
    this.#global = initial;
  }

  /** What counts for the subject; without one, the global value. */
  effective(subject?: string): T {
    return this.own(subject) ?? this.#global;
  }

  /** What was set for the subject itself. */
  own(subject: string | undefined): T | undefined {
    return subject === undefined ? undefined : this.#own.get(subject);
  }

  set(subject: string | undefined, value: T): void {
    if (subject === undefined) this.#global = value;
    else this.#own.set(subject, value);
  }

  /** Takes the override away, or returns the global value to the first one. Returns what counted before. */
  reset(subject: string | undefined): T {
    const before = this.effective(subject);
    if (subject === undefined) this.#global = this.#initial;
    else this.#own.delete(subject);
    return before;
  }
}
