import type { Topology } from '../../core/graph.ts';
import type { RunnerDeps } from '../open-process.ts';
import { Runner } from '../runner.ts';
import { defaultSettings, type RunnerSettings } from '../settings.ts';
import { rangedCluster } from './ranged-cluster.ts';
import { ReplayLoop, type ReplayWatch } from './replay-loop.ts';
import type { ReplayProgress } from './replay-progress.ts';
import { type PartitionRange, type RangeRequest, resolveRanges } from './replay-range.ts';
import { createReplayTopics } from './replay-topics.ts';
import { type ReplayedTopic, replayTopology } from './replay-topology.ts';

/** What is to be replayed. */
export interface ReplayOptions extends ReplayWatch {
  /** Names the replay: letters, digits and dashes. No other replay of the topology may have it. */
  readonly id: string;
  readonly range: RangeRequest;
}

/** What came of a replay. */
export interface Replayed {
  /** The topology as it ran: under a name, a group and topics of its own. */
  readonly topology: Topology;
  readonly ranges: ReadonlyArray<PartitionRange>;
  readonly outputs: ReadonlyArray<ReplayedTopic>;
  readonly progress: ReplayProgress;
  /** False if it was ended before all of the range was replayed. */
  readonly isComplete: boolean;
}

/** What was refused then is refused again, and that must not end a replay. */
const noLimit: RunnerSettings['deadLetterLimit'] = {
  ratio: 1,
  over: Number.MAX_SAFE_INTEGER,
  consecutive: Number.MAX_SAFE_INTEGER,
};

/** The wall clock excludes nobody. */
const settingsOf = ({ id }: ReplayOptions): RunnerSettings => ({
  ...defaultSettings,
  slot: id,
  excludeAfter: undefined,
  deadLetterLimit: noLimit,
});

/**
 * Runs a topology over a stretch of the log, from empty state, into topics of the replay's own; resolves when all of it is committed.
 *
 * Nothing else is written: no output of the topology itself, no table, no offset of its group. Ids that are derived from the records
 * come out as before, and so do final results. Broadcast tables are read as they are now, and what lies before the range is not known:
 * begin early enough for joins and windows to have what they need. One process does it, whatever the number of partitions.
 *
 * @throws MillraceError `bad_config` if there is a replay of that id already, or the range is not in the log; what a start finds wrong.
 */
export const runReplay = async (topology: Topology, deps: RunnerDeps, options: ReplayOptions): Promise<Replayed> => {
  const ranges = await resolveRanges(deps.cluster, topology, options.range);
  const isolated = replayTopology(topology, options.id);
  await createReplayTopics(deps.cluster, isolated, ranges[0]?.topic ?? '');
  const runner = await Runner.start(isolated.topology, { ...deps, cluster: rangedCluster(deps.cluster, ranges) }, settingsOf(options));
  const loop = new ReplayLoop(runner, ranges, options);
  const admin = await deps.cluster.admin();
  try {
    const isComplete = await loop.run(isolated.topology, admin);
    const { progress } = loop;
    await runner.close();
    return { ...isolated, ranges, progress, isComplete };
  } catch (error) {
    await runner.abandon().catch(() => undefined);
    throw error;
  } finally {
    await admin.close();
  }
};
