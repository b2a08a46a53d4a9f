import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { childNodeOptions } from '../../bin/supervise/child-command.ts';
import { startKafka } from '../../test/support/kafka.ts';
import { resultOf } from '../support/child.ts';
import { type Cost, cpuMicros, wallRate } from '../support/cost.ts';
import { median, ratioOf } from '../support/median.ts';
import { missingKafka } from '../support/missing-kafka.ts';
import type { Suite, SuiteOptions } from '../support/suite.ts';
import { count, table } from '../support/table.ts';
import { partitions } from './job.ts';

/** A start of the process: ms from the assignment to the first record, what was read of the changelog, and the entries it then has. */
interface Restart extends Cost {
  readonly firstMs: number;
  readonly entries: number;
}

interface Round {
  readonly bare: Cost;
  readonly lost: Restart;
  readonly kept: Restart;
}

/** What was measured; rates are records a second by wall time, medians over the rounds. */
export interface RestoreResult {
  readonly keys: number;
  readonly rounds: number;
  readonly bare_rate: number;
  readonly restore_rate: number;
  readonly bare_cpu_micros: number;
  readonly restore_cpu_micros: number;
  /** Restore to bare `consume(5000)`, round by round. */
  readonly vs_bare: number;
  readonly restore_bar: number;
  /** From the assignment to the first record, with the state on disk. */
  readonly restart_ms: number;
  readonly restart_ms_all: ReadonlyArray<number>;
  /** Changelog records that such a restart read. */
  readonly restart_records: number;
  readonly restart_bar_ms: number;
}

const restoreBar = 0.7;
const restartBarMs = 2_000;
const extents = { full: { keys: 1_000_000, rounds: 5 }, quick: { keys: 20_000, rounds: 1 } };
const day = 86_400_000;
const nodeFlags = childNodeOptions({ nodeOptions: [], env: process.env });

const resultFrom = (keys: number, rounds: ReadonlyArray<Round>): RestoreResult => {
  const bare = rounds.map((round) => wallRate(round.bare));
  const restore = rounds.map(({ lost }) => wallRate(lost));
  const restarts = rounds.map(({ kept }) => Math.round(kept.firstMs));
  return {
    keys,
    rounds: rounds.length,
    bare_rate: median(bare),
    restore_rate: median(restore),
    bare_cpu_micros: median(rounds.map((round) => cpuMicros(round.bare))),
    restore_cpu_micros: median(rounds.map(({ lost }) => cpuMicros(lost))),
    vs_bare: ratioOf(restore, bare),
    restore_bar: restoreBar,
    restart_ms: median(restarts),
    restart_ms_all: restarts,
    restart_records: median(rounds.map(({ kept }) => kept.records)),
    restart_bar_ms: restartBarMs,
  };
};

const verdict = (isReached: boolean): string => (isReached ? 'reached' : 'missed');

const linesOf = (result: RestoreResult): ReadonlyArray<string> => [
  ...table(
    [`a changelog of ${count(result.keys)} keys in ${partitions} partitions`, 'records/s', 'CPU µs'],
    [
      ['bare consume(5000)', count(result.bare_rate), result.bare_cpu_micros.toFixed(2)],
      ['restore into an empty disk', count(result.restore_rate), result.restore_cpu_micros.toFixed(2)],
    ],
  ),
  `restore to bare: ${result.vs_bare}; the bar is ${restoreBar}: ${verdict(result.vs_bare >= restoreBar)}`,
  `restart on the disk, killed before: ${count(result.restart_ms)} ms from assignment to first record, ${result.restart_records} changelog records read; the bar is ${count(restartBarMs)} ms: ${verdict(result.restart_ms <= restartBarMs)}`,
];

/** One after the other, each in a process of its own. What the disk has after the restore, the restart begins with. */
const runRound = async (brokers: string, event: { readonly n: number; readonly start: number }): Promise<Round> => {
  const folder = await mkdtemp(path.join(tmpdir(), 'millrace-bench-'));
  const restart = (n: number): Promise<Restart> =>
    resultOf({ file: 'bench/restore/restart-run.ts', args: [brokers, folder, String(n), String(event.start)], nodeFlags });
  try {
    const bare = await resultOf<Cost>({ file: 'bench/restore/bare-run.ts', args: [brokers], nodeFlags });
    const lost = await restart(event.n);
    return { bare, lost, kept: await restart(event.n + 1) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const check = (round: Round, entries: number): void => {
  const found = [round.lost.entries, round.kept.entries];
  if (found[0] !== entries + 1 || found[1] !== entries + 2)
    throw new Error(`the state has ${found.join(' and ')} entries, not ${entries + 1} and one more`);
};

const measureWith = async (brokers: string, { isQuick, records, say }: SuiteOptions): Promise<RestoreResult> => {
  const { keys, rounds } = { ...extents[isQuick ? 'quick' : 'full'], ...(records === undefined ? {} : { keys: records }) };
  const start = Date.now() - day;
  say(`restore: writing a changelog of ${count(keys)} keys`);
  await resultOf({ file: 'bench/restore/fill.ts', args: [brokers, String(keys), String(start)] });
  const measured: Round[] = [];
  // The first round warms the broker and does not count.
  for (let at = 0; at <= rounds; at += 1) {
    const n = keys + 2 * at;
    const round = await runRound(brokers, { n, start });
    check(round, n);
    say(
      `restore: bare ${count(wallRate(round.bare))}/s, restore ${count(wallRate(round.lost))}/s, restart ${Math.round(round.kept.firstMs)} ms`,
    );
    if (at > 0) measured.push(round);
  }
  return resultFrom(keys, measured);
};

/** How long a process takes to have its state again: on its disk, and from the changelog when the disk is lost. */
export const restoreSuite: Suite<RestoreResult> = {
  name: 'restore',
  missing: missingKafka,
  measure: async (options) => {
    const broker = await startKafka({ 'log.segment.bytes': String(512 * 1024 * 1024) });
    try {
      const result = await measureWith(broker.bootstrap, options);
      return { result, lines: linesOf(result) };
    } finally {
      await broker.close();
    }
  },
};
