import { checkNodes } from './check-nodes.ts';
import { Draft } from './draft.ts';
import { MillraceError } from './errors.ts';
import type { NodeSettings, Topology } from './graph.ts';
import type { Stream } from './stream.ts';
import { streamOf } from './stream-handle.ts';
import type { BroadcastRef } from './stream-ref.ts';
import type { RawTopic, Topic } from './topic.ts';

/** What a topology needs beside its nodes. */
export interface TopologyOptions {
  /** Where rejected records go. */
  readonly deadLetter: RawTopic;
  /** Settings by node name. */
  readonly nodes?: Readonly<Record<string, NodeSettings>>;
}

/** How a topic is read. */
export interface SourceOptions {
  /**
   * Whether the topic's partitions hold stream time back until they have moved on. Say `false` of a topic that says little and seldom,
   * such as deployments: its records are then judged by the clock of the streams beside it. True if left out.
   */
  readonly holdsClock?: boolean;
}

/** What a declaration begins with. */
export interface TopologyBuilder {
  /** Reads a topic from its beginning or from where the group has committed. */
  source<T, K extends string>(name: string, topic: Topic<T, K>, options?: SourceOptions): Stream<T, K>;
  /** Reads all of a small topic into every process, for `enrich`. */
  broadcast<T>(name: string, topic: Topic<T>): BroadcastRef<T>;
}

/**
 * Declares a topology: builds a frozen graph of named nodes and runs nothing.
 *
 * @throws MillraceError `bad_topology` listing every mistake of the declaration by the name of its node.
 * @example
 * const clicks = topology('clicks', { deadLetter: rawTopic('clicks.dead-letter') }, (t) => {
 *   t.source('in', clicked).pipe(filter('paid', (click) => click.paid)).to('out', paidClicks);
 * });
 */
export const topology = (name: string, options: TopologyOptions, declare: (t: TopologyBuilder) => void): Topology => {
  const draft = new Draft(name);
  declare({
    source: (node, topic, { holdsClock = true } = {}) => streamOf(draft, draft.source(node, topic, holdsClock)),
    broadcast: (node, topic) => ({ broadcast: draft.broadcast(node, topic) }),
  });
  const settings = options.nodes ?? {};
  const problems = [...draft.problems, ...checkNodes({ name, deadLetter: options.deadLetter, nodes: draft.nodes, settings })];
  if (problems.length > 0) {
    throw new MillraceError(
      'bad_topology',
      `topology "${name}" has ${problems.length} mistake(s):\n${problems.map((line) => `  - ${line}`).join('\n')}`,
    );
  }
  return Object.freeze({ name, deadLetter: options.deadLetter, nodes: Object.freeze(draft.nodes), settings });
};
