import type { Topology } from '../../../pipeline/core/graph.ts';
import { describe } from '../../../pipeline/core/describe.ts';
import type { Admin } from '../../../pipeline/core/ports/cluster.ts';
import { MillraceError } from '../../../pipeline/core/errors.ts';
import type { Launched } from '../../../pipeline/runtime/launch/launch.ts';
import type { LaunchSettings } from '../../../pipeline/runtime/launch/launch-services.ts';
import { prometheusMeter } from '../../../pipeline/runtime/prometheus-meter.ts';
import { launchTopology } from '../../services/launch-topology.ts';
import type { Services } from '../../services/services.ts';
import type { Generated } from '../generator/generate.ts';
import type { Message } from '../generator/message.ts';
import type { RunFiles } from '../generator/write-run.ts';
import { readRun } from '../verify/read-run.ts';
import { recompute } from '../verify/recompute.ts';
import { topics } from '../../../topologies/feedback/topics.ts';
import { actualResult } from './actual-result.ts';
import { Collector } from './collector.ts';
import { demandOf } from './demand-of.ts';
import { elsewhere } from './elsewhere.ts';
import { eventCounts } from './event-counts.ts';
import { type Figures, percentile, qualityRows } from './figures.ts';
import { freshServices } from './fresh-services.ts';
import { inputTopics, messageEncoder } from './input-topics.ts';
import { Outputs } from './outputs.ts';
import type { Progress } from './progress.ts';
import { readTables } from './read-tables.ts';
import { Sender } from './sender.ts';
import { SentLog } from './sent-log.ts';
import { settle } from './settle.ts';
import { verdict } from './verdict.ts';
import { waitingIn } from './waiting-in.ts';

/** What a run of the demo stands on. */
export interface DemoParts {
  readonly topology: Topology;
  readonly services: Services;
  readonly settings: LaunchSettings;
  readonly run: Generated;
  readonly files: RunFiles;
  readonly progress: Progress;
  /** Partitions of the topics that are created. */
  readonly partitions: number;
}

/** A run that is over: its figures, and the process that is still up. */
export interface DemoRun {
  readonly figures: Figures;
  readonly launched: Launched;
}

const feedbackTopic = topics.feedbackReceived.name;

const isReference = ({ topic }: Message): boolean => topic.startsWith('reference.');

const counted = (messages: ReadonlyArray<Message>): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const { topic } of messages) counts[topic] = (counts[topic] ?? 0) + 1;
  return counts;
};

const topicsRead = (topology: Topology): ReadonlyArray<string> => [
  ...new Set(describe(topology).subTopologies.flatMap(({ topics }) => topics)),
];

const topicsDelivered = (topology: Topology): ReadonlyArray<string> =>
  describe(topology)
    .nodes.filter(({ table }) => table !== undefined)
    .flatMap(({ topics }) => topics);

const lookEvery = 50;

/** Resolves when the process has its tasks and their state: what is sent before would only lie in the log. */
const whenReady = async (launched: Launched, clock: Services['clock']): Promise<void> => {
  const isWaiting = (): boolean => {
    const { ready, stopping } = launched.status();
    return !stopping && (launched.tasks.length === 0 || !ready);
  };
  while (isWaiting()) await clock.sleep(lookEvery);
};

interface Sending {
  readonly sender: Sender;
  readonly sent: SentLog;
}

const openSender = async ({ services, run, settings, topology, progress }: DemoParts, admin: Admin): Promise<Sending> => {
  const sent = new SentLog();
  const { cluster, wire, clock } = services;
  const sender = new Sender({
    producer: await cluster.producer(),
    admin,
    clock,
    encode: await messageEncoder(wire, run.messages),
    partitions: await admin.partitions(inputTopics),
    group: settings.runner.group ?? topology.name,
    sent,
    onProgress: (count) => progress.sent(count, run.messages.length),
  });
  return { sender, sent };
};

/** What is not in a topic or table. */
interface Made {
  readonly outputs: Outputs;
  readonly waiting: number;
  readonly duplicates: number | undefined;
}

const figuresOf = async ({ services, run, files }: DemoParts, made: Made): Promise<Omit<Figures, 'seconds'>> => {
  if (services.clickhouse === undefined) throw new MillraceError('bad_config', 'the demo needs a ClickHouse');
  const tables = await readTables(services.clickhouse);
  const sent = counted(run.messages);
  const actual = actualResult({ ...made, tables, sent: sent[feedbackTopic] ?? 0 });
  const written = readRun(files);
  const differences = verdict(actual, recompute(written.messages), { outcomes: written.outcomes, refused: made.outputs.refused });
  const { latencies } = made.outputs;
  return {
    ok: differences.length === 0,
    seed: run.seed,
    clean: run.clean,
    sent,
    ended: actual.ended,
    inferences: actual.inferences,
    rejected: actual.rejected,
    quality: qualityRows(actual.quality),
    rollbacks: tables.rollbacks,
    training: actual.training,
    latency_ms: { p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) },
    differences,
  };
};

/**
 * Replays a run through a process of the topology, by the code path of production, reads everything back and compares it with the brute force over
 * the run's files. The process stays up; the caller stops it.
 */
export const runDemo = async (parts: DemoParts): Promise<DemoRun> => {
  const { topology, services, settings, run, progress } = parts;
  const { cluster, wire, clock } = services;
  const started = clock.monotonic();
  await freshServices(services, topology, parts.partitions);
  const admin = await cluster.admin();
  const { sender, sent } = await openSender(parts, admin);
  await sender.sendAll(run.messages.filter(isReference));
  const counting = eventCounts(prometheusMeter());
  const launched = await launchTopology(topology, services, { settings, meter: counting.meter });
  progress.say(`running: ${launched.url}/metrics, ${launched.url}/graph, ${launched.url}/status`);
  const outputs = new Outputs(sent);
  const collector = await Collector.start(cluster, outputs.followed(wire));
  try {
    await Promise.race([whenReady(launched, clock), launched.ended]);
    const sources = await admin.partitions(topicsRead(topology));
    const partitions = new Map([...sources, ...(await admin.partitions(topicsDelivered(topology)))]);
    const source = [feedbackTopic, sources.get(feedbackTopic) ?? 0] as const;
    const wasAlone = elsewhere(launched, ...source).length === 0;
    const demand = demandOf({ launched, admin, collector, clock, partitions });
    await Promise.race([
      sender.sendPaced(
        run.messages.filter((message) => !isReference(message)),
        demand,
      ),
      launched.ended,
    ]);
    const group = settings.runner.group ?? topology.name;
    await settle({ launched, admin, cluster, group, sources, collector, clock, partitions, onWait: (left) => progress.waiting(left) });
    progress.done();
    const isAlone = wasAlone && elsewhere(launched, ...source).length === 0 && counting.aborts() === 0;
    const duplicates = isAlone ? (counting.events()['dedupe/duplicates'] ?? 0) : undefined;
    const waiting = await waitingIn({ launched, cluster, topology, source });
    const figures = await figuresOf(parts, { outputs, waiting, duplicates });
    return { figures: { ...figures, seconds: (clock.monotonic() - started) / 1000 }, launched };
  } catch (error) {
    await launched.stop();
    throw error;
  } finally {
    progress.done();
    await collector.stop();
  }
};
