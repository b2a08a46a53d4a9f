/** How a suite is asked to run. */
export interface SuiteOptions {
  /** A smoke run: whether it works, not how fast. */
  readonly isQuick: boolean;
  /** Takes lines of progress. */
  readonly say: (line: string) => void;
  /** Records of the Kafka comparison; the suite's own number if undefined. */
  readonly records: number | undefined;
}

/** One part of the benchmark. */
export interface Suite<Result> {
  readonly name: string;
  /** Why it cannot run on this machine; undefined if it can. */
  readonly missing?: () => string | undefined;
  readonly measure: (options: SuiteOptions) => Promise<Measured<Result>>;
}

/** What was measured. */
export interface Measured<Result> {
  readonly result: Result;
  /** The same as lines for a person. */
  readonly lines: ReadonlyArray<string>;
}
