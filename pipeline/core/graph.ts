import type { Endpoint } from './endpoint.ts';
import type { BroadcastOperator, JoinOperator, LookupOperator, Operator } from './operator.ts';
import type { RecordType } from './record-type.ts';
import type { Sink } from './stream.ts';
import type { OutputRef } from './stream-ref.ts';
import type { Table } from './table.ts';
import type { RawTopic, Topic } from './topic.ts';

/** An operator whose types have served their purpose: the graph holds all of them alike. */
export type AnyOperator =
  | Operator<unknown, unknown, unknown, Readonly<Record<string, unknown>>>
  | JoinOperator<unknown, unknown, unknown, unknown, Readonly<Record<string, unknown>>>
  | BroadcastOperator<unknown, unknown, unknown, Readonly<Record<string, unknown>>>
  | LookupOperator<unknown, unknown, unknown>;

/** What is known of a node's main output. */
export interface Flow {
  /** The paths of the partition key; undefined once the values no longer show it. */
  readonly key: ReadonlyArray<string> | undefined;
  /** How the values are written, where it is known. */
  readonly type: RecordType<unknown> | undefined;
  /** How far behind stream time the output may be, in ms, and the node that says so. */
  readonly holds: number;
  readonly heldBy: string | undefined;
}

interface Node {
  readonly name: string;
  /** The outputs that it reads, in order: a join's left before its right. */
  readonly inputs: ReadonlyArray<OutputRef>;
  readonly flow: Flow;
}

/** Reads a topic. */
export interface SourceNode extends Node {
  readonly kind: 'source';
  readonly topic: Topic<unknown>;
  /** Whether its partitions hold stream time back; false for topics that say little and seldom, such as deployments. */
  readonly holdsClock: boolean;
}

/** Reads all of a topic into every process. */
export interface BroadcastNode extends Node {
  readonly kind: 'broadcast';
  readonly topic: Topic<unknown>;
}

/** Runs an operator. */
export interface StepNode extends Node {
  readonly kind: 'step';
  readonly operator: AnyOperator;
}

/** Parts a stream; the cases are its ports. */
export interface SplitNode extends Node {
  readonly kind: 'split';
  readonly cases: ReadonlyArray<readonly [name: string, test: (value: unknown) => boolean]>;
}

/** Makes one stream of two. */
export interface MergeNode extends Node {
  readonly kind: 'merge';
}

/** Writes to an internal topic and reads it back in tasks of their own. */
export interface RepartitionNode extends Node {
  readonly kind: 'repartition';
  readonly topic: Topic<unknown>;
  /** ms of stream time between two markers of a task. */
  readonly grain: number;
}

/** Ends a stream in a topic, a table, an endpoint or a routing table. */
export interface SinkNode extends Node {
  readonly kind: 'sink';
  readonly sink: Sink;
}

/** A named node of a topology. */
export type GraphNode = SourceNode | BroadcastNode | StepNode | SplitNode | MergeNode | RepartitionNode | SinkNode;

/** What a person may set about one node without changing what it does. */
export interface NodeSettings {
  /** Bytes of state per task at which a memory store stops the process. */
  readonly stateLimitBytes?: number;
}

/** A declared topology: frozen data, checked, in an order in which every node comes after its inputs. */
export interface Topology {
  readonly name: string;
  readonly deadLetter: RawTopic;
  readonly nodes: ReadonlyArray<GraphNode>;
  readonly settings: Readonly<Record<string, NodeSettings>>;
}

/** What a node is called in print: its operator's kind, else its own. */
export const kindOf = (node: GraphNode): string => (node.kind === 'step' ? node.operator.kind : node.kind);

/** What lies outside Kafka: a delivery carries records there from an internal topic. */
export type Outside = Table<unknown> | Endpoint<unknown>;

/** Whether a sink is fed by a delivery. */
export const isOutside = (sink: Sink): sink is Outside => sink.kind === 'table' || sink.kind === 'endpoint';

/** The topics that a sink writes to itself; none if a delivery feeds it. */
export const topicsOf = (sink: Sink): ReadonlyArray<Topic<unknown>> => {
  if (sink.kind === 'topic') return [sink];
  return sink.kind === 'route' ? Object.values(sink.ways).map((way) => way.topic) : [];
};
