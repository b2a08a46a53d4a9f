import { delayBiasOracles } from './delay-bias.ts';
import { errorAndPower, type PowerRow } from './error-and-power.ts';
import { growthbookOracles } from './growthbook.ts';
import type { Extent, Oracle } from './oracle.ts';
import { pageHinkleyOracles } from './page-hinkley.ts';
import { realData, type BanditInterval } from './real-data.ts';
import { runLengthOracles } from './run-lengths.ts';

/** All figures, and the table of error and power. */
export interface OracleReport {
  readonly seed: number;
  readonly runs: number;
  readonly oracles: ReadonlyArray<Oracle>;
  readonly false_rollback_rate: number;
  readonly table: ReadonlyArray<PowerRow>;
  /** The click rates of the two shop policies at the end of the data. */
  readonly bandit: ReadonlyArray<BanditInterval>;
}

/** Computes and simulates every oracle. Seconds in full: 2,000 null runs of 200 looks. */
export const runOracles = (extent: Extent): OracleReport => {
  const { seed, runs, progress } = extent;
  progress('closed forms');
  const closed = [...growthbookOracles(), ...runLengthOracles()];
  const { oracles, falseRollbackRate, table } = errorAndPower(extent);
  const data = realData(extent);
  const simulated = [...pageHinkleyOracles(extent), ...oracles, ...delayBiasOracles(extent), ...data.oracles];
  return { seed, runs, oracles: [...closed, ...simulated], false_rollback_rate: falseRollbackRate, table, bandit: data.bandit };
};
