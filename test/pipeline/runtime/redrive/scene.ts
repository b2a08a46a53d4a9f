import type { MemoryCluster } from '../../../../pipeline/cluster/memory/memory-cluster.ts';
import type { MemoryFaults } from '../../../../pipeline/cluster/memory/faults.ts';
import type { Topology } from '../../../../pipeline/core/graph.ts';
import { redrive, type Redriven, type RedriveOptions } from '../../../../pipeline/runtime/redrive/redrive.ts';
import { everyLetter, type Selection } from '../../../../pipeline/runtime/redrive/selection.ts';
import { type DriveReject, readTopic, rejectOf } from '../../../../pipeline/testing/drive/read-topic.ts';
import type { Topic } from '../../../../pipeline/core/topic.ts';
import type { Click } from '../../../support/clicks.ts';
import { Versions } from '../manifest/versions.ts';
import { externalTopics } from '../../../../pipeline/runtime/topic-plan.ts';
import { orders, orderTopics } from './orders.ts';

/** A cluster on which versions of the orders run, and redrives between them. */
export class RedriveScene {
  readonly versions: Versions;

  private constructor(versions: Versions) {
    this.versions = versions;
  }

  static async of(faults: MemoryFaults = {}, partitions = 2): Promise<RedriveScene> {
    const names = externalTopics(orders());
    return new RedriveScene(await Versions.of(Object.fromEntries(names.map((name) => [name, partitions])), faults));
  }

  redrive(
    topology: Topology,
    {
      selection = {},
      cluster,
      ...more
    }: Partial<Omit<RedriveOptions, 'selection'>> & { selection?: Partial<Selection>; cluster?: MemoryCluster } = {},
  ): Promise<Redriven> {
    const { clock } = this.versions;
    const options = { deadLetter: topology.deadLetter.name, mostAttempts: 3, isDry: false, ...more };
    const deps = { cluster: cluster ?? this.versions.cluster.connect('redrive'), clock };
    return clock.until(redrive(topology, deps, { ...options, selection: { ...everyLetter, ...selection } }));
  }

  /** The users of the clicks in a topic, in alphabetical order. */
  async users(of: Topic<Click>): Promise<ReadonlyArray<string>> {
    return (await this.versions.values(of)).map(({ user }) => user).sort();
  }

  async letters(): Promise<ReadonlyArray<DriveReject>> {
    return (await this.versions.clock.until(readTopic(this.versions.cluster, orderTopics().dead.name))).map(rejectOf);
  }
}
