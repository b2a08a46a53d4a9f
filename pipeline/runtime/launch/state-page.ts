import { cut, type SubTopology } from '../../core/cut.ts';
import { messageOf } from '../../core/errors.ts';
import type { Topology } from '../../core/graph.ts';
import { jsonPage, type Page } from '../health-server.ts';
import type { Task } from '../task/task.ts';
import { plainText } from './plain-text.ts';

/** What the page needs of its process. */
export interface StateSources {
  readonly topology: Topology;
  readonly slot: string;
  /** Looks at the tasks when their state is as it was committed; rejects while there is no such moment to come. */
  readonly committed: <R>(look: (tasks: ReadonlyArray<Task>) => R) => Promise<R>;
}

/** What is asked for. */
interface Wanted {
  readonly node: string;
  readonly key: string;
}

const statefulIn = (sub: SubTopology): ReadonlyArray<string> =>
  sub.nodes.flatMap((node) => (node.kind === 'step' && node.operator.state !== undefined ? [node.name] : []));

const statefulNodes = (topology: Topology): ReadonlyArray<string> => cut(topology).flatMap(statefulIn);

/** `<node>/<key>`, each in percent-encoding; undefined if it is not. */
const wantedOf = (below: string): Wanted | undefined => {
  const [node = '', ...rest] = below.split('/');
  try {
    return { node: decodeURIComponent(node), key: decodeURIComponent(rest.join('/')) };
  } catch {
    return undefined;
  }
};

const taskFacts = (task: Task): Readonly<Record<string, unknown>> => ({
  task: task.id,
  partition: task.partition,
  streamTime: Number.isFinite(task.streamTime) ? new Date(task.streamTime).toISOString() : null,
});

const partitionsOf = (tasks: ReadonlyArray<Task>): ReadonlyArray<number> => tasks.map(({ partition }) => partition).sort((a, b) => a - b);

/** Where it was looked for. 404 if that is everywhere; 421 if it may be in a partition of another process, or in one that is being restored. */
const missing = (wanted: Wanted, tasks: ReadonlyArray<Task>, source: StateSources): Page => {
  const ready = partitionsOf(tasks.filter((task) => task.isReady));
  const count = tasks[0]?.partitions ?? 0;
  const elsewhere = Array.from({ length: count }, (_, partition) => partition).filter((partition) => !ready.includes(partition));
  const isEverywhere = tasks.length > 0 && elsewhere.length === 0;
  const error = isEverywhere ? 'there is no such key' : 'no partition that this process has restored holds the key';
  return jsonPage({ error, ...wanted, slot: source.slot, here: ready, elsewhere }, isEverywhere ? 404 : 421);
};

const look = (wanted: Wanted, tasks: ReadonlyArray<Task>, source: StateSources): Page => {
  const keeping = tasks.filter((task) => task.nodes.stores.has(wanted.node));
  for (const task of keeping.filter(({ isReady }) => isReady)) {
    const value = task.nodes.stores.get(wanted.node)?.get(wanted.key);
    if (value === undefined) continue;
    const body = { topology: source.topology.name, ...wanted, slot: source.slot, ...taskFacts(task), value };
    return { status: 200, type: 'application/json', body: `${plainText(body)}\n` };
  }
  return missing(wanted, keeping, source);
};

/**
 * The page `/state/<node>/<key>`: what a node remembers under a key, decoded, as the last commit has it, and which task and process keep it.
 * Waits for the commit that is due, not for longer. Changes nothing.
 *
 * Answers 200, 400 for what is no key, 404 for a node that keeps no state or a key that no partition has, 421 for a key that may be in
 * a partition that another process has, and 503 while the process starts or ends.
 */
export const statePage = (source: StateSources): ((below: string) => Promise<Page>) => {
  const nodes = statefulNodes(source.topology);
  return async (below) => {
    const wanted = wantedOf(below);
    if (wanted === undefined) return jsonPage({ error: 'the path is not in percent-encoding' }, 400);
    if (!nodes.includes(wanted.node)) return jsonPage({ error: `no node "${wanted.node}" keeps state`, nodes }, 404);
    if (wanted.key === '') return jsonPage({ error: 'give a key: /state/<node>/<key>' }, 400);
    return source.committed((tasks) => look(wanted, tasks, source)).catch((error: unknown) => jsonPage({ error: messageOf(error) }, 503));
  };
};
