import type { LaunchServices } from '../../pipeline/runtime/launch/launch-services.ts';
import { memoryStore } from '../../pipeline/state/memory-store.ts';

/** Keeps state in memory, within the limits that the topology sets. */
export const inMemory: LaunchServices['makeStore'] = (spec, { node, limitBytes }) =>
  memoryStore(spec, { node, ...(limitBytes === undefined ? {} : { limitBytes }) });
