import { cut } from '../../pipeline/core/cut.ts';
import { fingerprints } from '../../pipeline/core/fingerprint.ts';
import type { Topology } from '../../pipeline/core/graph.ts';
import type { Accepted } from '../../pipeline/core/plan.ts';

/** Orders whatever lets a changed topology go on: for a broker that is thrown away with all that it holds. */
export const acceptAll = (topology: Topology): Accepted =>
  Object.fromEntries([
    ...cut(topology).map(({ name }) => [name, 'keep'] as const),
    ...[...fingerprints(topology).keys()].map((node) => [node, 'reset'] as const),
  ]);
