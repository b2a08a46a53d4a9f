import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startEmbeddedRegistry } from '../../pipeline/avro/embedded-registry/start-embedded-registry.ts';
import { httpRegistry } from '../../pipeline/avro/http-registry.ts';
import { kafkaCluster } from '../../pipeline/cluster/kafka/kafka-cluster.ts';
import type { Cluster } from '../../pipeline/core/ports/cluster.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import { startKafka } from '../../test/support/kafka.ts';
import { resultOf as outputOf } from '../support/child.ts';
import { cpuMicros, wallRate } from '../support/cost.ts';
import { count } from '../support/table.ts';
import { checkOutputs, type Checked } from './check-outputs.ts';
import { type ContenderName, contenders, type StreamsFolders, type Work } from './contenders.ts';
import { topicsOf, validAmong } from './job.ts';
import { mapped } from './mapped.ts';
import { type MeasuredRun, measureRun } from './measure-run.ts';
import { type KafkaResult, resultOf } from './result.ts';
import { makeTopics, removeTopics } from './run-topics.ts';

/** How much is measured. */
export interface CompareOptions {
  /** Records that count in each run. */
  readonly records: number;
  /** Records that each run reads before. */
  readonly warmUp: number;
  /** Rounds that count; one more goes before them, to warm the broker. */
  readonly rounds: number;
  readonly streams: StreamsFolders;
  readonly say: (line: string) => void;
}

type Task = Omit<Work, 'run' | 'folder'> & { readonly total: number };

interface Round {
  readonly runs: Readonly<Record<ContenderName, MeasuredRun>>;
  readonly outputs: KafkaResult['outputs'];
}

const names = Object.keys(contenders) as ContenderName[];

/** In each round another one begins. */
const orderOf = (round: number): ReadonlyArray<ContenderName> => [
  ...names.slice(round % names.length),
  ...names.slice(0, round % names.length),
];

const runName = (name: ContenderName, round: number): string => `${name.replaceAll('_', '-')}-${round}`;

const register = async (url: string): Promise<Pick<Work, 'scoreId' | 'sumId'>> => {
  const registry = httpRegistry({ url });
  const { scores, sums } = topicsOf('shared');
  return {
    scoreId: await registry.register(`${scores.name}-value`, scores.type.schema),
    sumId: await registry.register(`${sums.name}-value`, sums.type.schema),
  };
};

const runOne = async (cluster: Cluster, name: ContenderName, work: Task & Pick<Work, 'run'>): Promise<MeasuredRun> => {
  const folder = await mkdtemp(path.join(tmpdir(), 'millrace-bench-'));
  try {
    await makeTopics(cluster, work.run);
    return await measureRun(cluster, contenders[name], { ...work, folder });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const refuseWrong = (checked: ReadonlyArray<Checked>): void => {
  const wrong = checked.filter((found) => found.wrong.length > 0);
  if (wrong.length === 0) return;
  throw new Error(wrong.map(({ run, wrong: what }) => `the outputs of ${run} are wrong: ${what.join('; ')}`).join('\n'));
};

/** Lets each program run once, in turn, and checks what they have written. */
const runRound = async (
  cluster: Cluster,
  task: Task,
  { round, say }: { readonly round: number; readonly say: CompareOptions['say'] },
): Promise<Round> => {
  const runs: Partial<Record<ContenderName, MeasuredRun>> = {};
  for (const name of orderOf(round)) {
    const run = await runOne(cluster, name, { ...task, run: runName(name, round) });
    runs[name] = run;
    const warm = round === 0 ? ' (warm-up)' : '';
    say(`${contenders[name].title}: ${count(wallRate(run.cost))} records/s, ${cpuMicros(run.cost)} CPU µs a record${warm}`);
  }
  const runNames = names.map((name) => runName(name, round));
  const checked = await checkOutputs(task.streams, task, runNames);
  refuseWrong(checked);
  say(`round ${round}: all outputs are equal and right`);
  for (const name of names) await removeTopics(cluster, runName(name, round), contenders[name].internalTopics(runName(name, round)));
  return { runs: runs as Round['runs'], outputs: { valid: checked[0]?.valid ?? 0, sums: checked[0]?.sums ?? 0 } };
};

const compared = (task: Task, rounds: ReadonlyArray<Round>): KafkaResult => {
  const runs = mapped(names, (name) => rounds.map((round) => round.runs[name]));
  const outputs = rounds[0]?.outputs ?? { valid: 0, sums: 0 };
  return resultOf(runs, { records: task.total - task.warmUp, warm_up_records: task.warmUp, outputs });
};

/**
 * The same job on Millrace, on Kafka Streams in four ways and as a hand-written loop, on one broker and the same input, in turn, each run in a
 * process of its own. After each round all outputs are compared with what the input says that they must be; throws if one differs.
 */
export const compareOnKafka = async ({ records, warmUp, rounds, streams, say }: CompareOptions): Promise<KafkaResult> => {
  const total = records + warmUp;
  const broker = await startKafka({ 'log.segment.bytes': String(512 * 1024 * 1024) });
  const registry = await startEmbeddedRegistry();
  const cluster = kafkaCluster({ brokers: broker.bootstrap, clientId: 'bench', clock: systemClock });
  try {
    say(`writing ${count(total)} records`);
    await outputOf({ file: 'bench/kafka/fill.ts', args: [broker.bootstrap, registry.url, String(total)] });
    const places = { brokers: broker.bootstrap, registry: registry.url, streams };
    const task = { ...places, ...(await register(registry.url)), total, warmUp, valid: validAmong(total) };
    await runRound(cluster, task, { round: 0, say });
    const counted: Round[] = [];
    while (counted.length < rounds) counted.push(await runRound(cluster, task, { round: counted.length + 1, say }));
    return compared(task, counted);
  } finally {
    await cluster.close();
    await registry.close();
    await broker.close();
  }
};
