import { type GraphNode, isOutside, type Topology, topicsOf } from '../../core/graph.ts';
import { internalTopic } from '../../core/internal-topics.ts';
import type { LogRecord } from '../../core/ports/cluster.ts';
import type { RecordType } from '../../core/record-type.ts';
import type { Topic } from '../../core/topic.ts';
import { type DriveReject, rejectOf } from '../drive/read-topic.ts';

/** A record that came out. `value` is undefined for a tombstone. */
export interface OutputRecord<T = unknown> {
  readonly key: string;
  readonly value: T | undefined;
}

/** An output of a topology: a topic, or the rows of a sink that ends outside Kafka. */
export interface OutputSpec {
  /** The topic's name, or the sink's. */
  readonly name: string;
  /** Where its records lie. */
  readonly topic: string;
  readonly type: RecordType<unknown>;
  readonly compacted: boolean;
  /** The path of the event time, where one is declared. */
  readonly time: string | undefined;
  /** Nodes that write it. */
  readonly writers: ReadonlyArray<string>;
}

const topicSpec = (topic: Topic<unknown>, node: string): OutputSpec => ({
  name: topic.name,
  topic: topic.name,
  type: topic.type,
  compacted: topic.compacted,
  time: topic.time,
  writers: [node],
});

const specsOf = (topology: Topology, node: GraphNode): ReadonlyArray<OutputSpec> => {
  if (node.kind !== 'sink') return [];
  if (!isOutside(node.sink)) return topicsOf(node.sink).map((topic) => topicSpec(topic, node.name));
  const topic = internalTopic(topology.name, node.name, 'delivery');
  return [{ name: node.name, topic, type: node.sink.type, compacted: false, time: undefined, writers: [node.name] }];
};

/** The outputs of a topology, one for each topic and each sink that ends in a table. */
export const outputSpecs = (topology: Topology): ReadonlyArray<OutputSpec> => {
  const specs = new Map<string, OutputSpec>();
  for (const spec of topology.nodes.flatMap((node) => specsOf(topology, node))) {
    const known = specs.get(spec.name);
    specs.set(spec.name, known === undefined ? spec : { ...known, writers: [...known.writers, ...spec.writers] });
  }
  return [...specs.values()];
};

const headerSize = 5;

/** What stands behind the wire format's header: outputs are written under the schema that they are read with. */
export const bodyOf = (value: Buffer): Buffer => value.subarray(headerSize);

/** All that a run has written, each output by partition and offset. */
export class Outputs {
  readonly #logs: ReadonlyMap<string, ReadonlyArray<LogRecord>>;
  readonly #specs: ReadonlyMap<string, OutputSpec>;
  readonly #deadLetter: string;
  readonly #decoded = new Map<string, ReadonlyArray<OutputRecord>>();

  /** `logs`: the committed records by topic. */
  constructor(topology: Topology, logs: ReadonlyMap<string, ReadonlyArray<LogRecord>>) {
    this.#logs = logs;
    this.#deadLetter = topology.deadLetter.name;
    this.#specs = new Map(outputSpecs(topology).map((spec) => [spec.name, spec]));
  }

  /** The records of a topic, or of a table's sink by the name of its node; of a current topic, what stands there under each key is the last. */
  of(name: string): ReadonlyArray<OutputRecord> {
    const known = this.#decoded.get(name) ?? this.#decode(name);
    this.#decoded.set(name, known);
    return known;
  }

  /** The values of a topic whose type the caller knows, tombstones left out. */
  values<T>(topic: Topic<T>): ReadonlyArray<T> {
    return this.raw(topic.name).flatMap(({ value }) => (value === null ? [] : [topic.type.decode(bodyOf(value))]));
  }

  /** The records of an output as they stand in the log. */
  raw(name: string): ReadonlyArray<LogRecord> {
    return this.#logs.get(this.#specs.get(name)?.topic ?? '') ?? [];
  }

  /** What lies in the dead letter. */
  get rejects(): ReadonlyArray<DriveReject> {
    return (this.#logs.get(this.#deadLetter) ?? []).map(rejectOf);
  }

  #decode(name: string): ReadonlyArray<OutputRecord> {
    const spec = this.#specs.get(name);
    if (spec === undefined) return [];
    return this.raw(name).map(({ key, value }) => ({
      key: key?.toString() ?? '',
      value: value === null ? undefined : spec.type.decode(bodyOf(value)),
    }));
  }
}
