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
import { actualResult } from './actual-result.ts';
import { Collector } from './collector.ts';
import { demandOf } from './demand-of.ts';
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

const isReference = ({ topic }: Message): boolean => topic.startsWith('reference.');

const counted = (messages: ReadonlyArray<Message>): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const { topic } of messages) counts[topic] = (counts[topic] ?? 0) + 1;
  return counts;
};

const topicsWithin = (topology: Topology): ReadonlyArray<string> => {
  const { nodes, subTopologies } = describe(topology);
  const read = subTopologies.flatMap(({ topics }) => topics);
  const delivered = nodes.filter(({ table }) => table !== undefined).flatMap(({ topics }) => topics);
  return [...new Set([...read, ...delivered])];
};

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

const figuresOf = async (
  { services, run, files }: DemoParts,
  made: { readonly outputs: Outputs; readonly launched: Launched; readonly events: Figures['ended'] },
): Promise<Omit<Figures, 'seconds'>> => {
  if (services.clickhouse === undefined) throw new MillraceError('bad_config', 'the demo needs a ClickHouse');
  const tables = await readTables(services.clickhouse);
  const actual = actualResult({ ...made, tables });
  const written = readRun(files);
  const differences = verdict(actual, recompute(written.messages), { outcomes: written.outcomes, refused: made.outputs.refused });
  const { latencies } = made.outputs;
  return {
    ok: differences.length === 0,
    seed: run.seed,
    clean: run.clean,
    sent: counted(run.messages),
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
    const partitions = await admin.partitions(topicsWithin(topology));
    const demand = demandOf({ launched, admin, collector, clock, partitions });
    await Promise.race([
      sender.sendPaced(
        run.messages.filter((message) => !isReference(message)),
        demand,
      ),
      launched.ended,
    ]);
    await settle({ launched, admin, collector, clock, partitions, onWait: (left) => progress.waiting(left) });
    progress.done();
    const figures = await figuresOf(parts, { outputs, launched, events: counting.events() });
    return { figures: { ...figures, seconds: (clock.monotonic() - started) / 1000 }, launched };
  } catch (error) {
    await launched.stop();
    throw error;
  } finally {
    progress.done();
    await collector.stop();
  }
};
