/** One statement that a contract makes. `run` throws when it does not hold, so any test runner can hold it: `it(clause.name, () => clause.run())`. */
export interface Clause {
  readonly name: string;
  run(): void | Promise<void>;
}
