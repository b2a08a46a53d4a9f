import type { Topic } from '../../../pipeline/core/topic.ts';
import { patientWire } from '../../../pipeline/runtime/patient-wire.ts';
import type { ReferenceBlock } from '../../../schemas/generated/reference-block.ts';
import type { ReferenceSignal } from '../../../schemas/generated/reference-signal.ts';
import { topics } from '../../../topologies/feedback/topics.ts';
import { type FollowDeps, FollowedTable } from './followed-table.ts';
import type { UndeclaredPolicy } from './policies.ts';
import { type Reference, referenceOn } from './reference.ts';

/** The topics that the reference data is read from. */
export const referenceTopics = [topics.referenceSignals, topics.referenceBlocklist] as const;

/** Reference data that is followed until it is closed. */
export interface OpenReference {
  readonly reference: Reference;
  readonly close: () => Promise<void>;
}

/** What opening needs. `partitions`: of each topic. */
export interface ReferencePorts extends Omit<FollowDeps, 'topology' | 'partitions'> {
  readonly partitions: ReadonlyMap<string, number>;
}

const isSignal = (row: unknown): row is ReferenceSignal => row !== undefined;
const isBlock = (row: unknown): row is ReferenceBlock => row !== undefined;

/** Reads the declared signals and the block list to their present ends, and follows them. */
export const openReference = async (ports: ReferencePorts, undeclared: UndeclaredPolicy): Promise<OpenReference> => {
  const wire = patientWire(ports.wire, ports);
  const depsOf = ({ name }: Topic<unknown>): FollowDeps => ({
    ...ports,
    wire,
    topology: 'ingest',
    partitions: ports.partitions.get(name) ?? 1,
  });
  const { referenceSignals, referenceBlocklist } = topics;
  const signals = await FollowedTable.open({ node: { name: 'signals', topic: referenceSignals }, is: isSignal }, depsOf(referenceSignals));
  const blocks = await FollowedTable.open({ node: { name: 'blocks', topic: referenceBlocklist }, is: isBlock }, depsOf(referenceBlocklist));
  return {
    reference: referenceOn({ signals, blocks }, undeclared),
    close: async () => {
      await Promise.all([signals.close(), blocks.close()]);
    },
  };
};
