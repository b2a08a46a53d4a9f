import type { Topology } from '../../core/graph.ts';
import { internalTopic } from '../../core/internal-topics.ts';
import type { Cluster } from '../../core/ports/cluster.ts';
import type { Wire } from '../../core/ports/wire.ts';
import { compareOutput, type ComparedOutput, type OutputComparison } from './compare-outputs.ts';
import { identities, type IdentityChoice } from './identity.ts';
import { outputReader, rejectReader } from './output-reader.ts';
import type { Replayed } from './run-replay.ts';

/** What is asked of a comparison. */
export interface ComparisonRequest {
  readonly replayed: Pick<Replayed, 'outputs' | 'ranges'>;
  readonly choice?: IdentityChoice;
}

/**
 * Compares each output of a replay with what stands in the topology's own topics, as far as that was made of records in the same ranges.
 *
 * Results are told apart by the fields that were chosen; else by a compacted topic's key or the sort key of a table of revised rows (that of a
 * table of the same schema, too); else by `event_id`; else by where they come from. Of records with a field `final` only final ones count.
 */
export const compareReplay = async (
  topology: Topology,
  ports: { readonly cluster: Cluster; readonly wire: Wire },
  { replayed, choice = {} }: ComparisonRequest,
): Promise<ReadonlyArray<OutputComparison>> => {
  const { ranges } = replayed;
  const known = new Map(
    identities(topology, (node) => internalTopic(topology.name, node, 'delivery'), choice).map((identity) => [identity.topic, identity]),
  );
  const comparisons: OutputComparison[] = [];
  for (const { original, replayed: here } of replayed.outputs) {
    const identity = known.get(original);
    const reader: ComparedOutput['reader'] = () =>
      identity === undefined ? rejectReader(ranges) : outputReader(ports.wire, identity, ranges);
    comparisons.push(await compareOutput(ports.cluster, { topic: original, replayed: here, reader, except: identity?.except ?? [] }));
  }
  return comparisons;
};
