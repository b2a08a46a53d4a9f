import { topologyFingerprint } from '../../core/describe.ts';
import { isTombstone, type StreamRecord, withValue } from '../../core/chunk.ts';
import type { GraphNode, Outside, RepartitionNode, SinkNode, Topology } from '../../core/graph.ts';
import { internalTopic } from '../../core/internal-topics.ts';
import { keyReader } from '../../core/key.ts';
import type { Headers, NewHeaders, NewRecord } from '../../core/ports/cluster.ts';
import type { Wire } from '../../core/ports/wire.ts';
import type { RecordType } from '../../core/record-type.ts';
import type { Topic } from '../../core/topic.ts';
import { headerNames, writeProvenance } from '../headers.ts';

/** Makes what is written of a record; undefined if its routing table has no way for it. Throws `not_encodable`. */
export type SinkWriter = (record: StreamRecord<unknown>, extra: Headers) => NewRecord | undefined;

/** What the writers of a topology share. */
interface Writing {
  readonly wire: Wire;
  readonly headersOf: (record: StreamRecord<unknown>, extra: Headers) => NewHeaders;
}

const writingFor = (wire: Wire, topology: Topology): Writing => {
  const fingerprint = topologyFingerprint(topology);
  return {
    wire,
    headersOf: (record, extra) => {
      const provenance = { [headerNames.provenance]: writeProvenance(record.provenance, fingerprint) };
      return extra.length === 0 ? [provenance] : [provenance, ...extra];
    },
  };
};

/** The record's key where it says the same as the bytes that were read: then those are written, and no text is encoded. */
const keyBytes = (record: StreamRecord<unknown>, key: string): Buffer => {
  const read = record.origin?.key;
  return read !== undefined && read !== null && record.key === key && !key.includes('\ufffd') ? read : Buffer.from(key);
};

/**
 * `input`: how the values of the stream are written where they come from. A value that no operator has replaced is then written as the
 * very bytes that were read, if these are of the schema that the topic gets: encoding it again would cost more than all else here.
 */
const topicWriter = async ({ wire, headersOf }: Writing, topic: Topic<unknown>, input?: RecordType<unknown>): Promise<SinkWriter> => {
  const encode = await wire.encoder(topic.name, topic.type);
  const keyOf = keyReader(topic.key);
  const isSame = input === topic.type;
  const bytesOf = ({ value, asRead, origin }: StreamRecord<unknown>): Buffer => {
    const read = isSame && value === asRead ? origin?.value : undefined;
    return read !== undefined && read !== null && encode.wrote(read) ? read : encode(value);
  };
  return (record, extra) => {
    const { value } = record;
    const headers = headersOf(record, extra);
    if (topic.compacted && isTombstone(value)) return { topic: topic.name, key: Buffer.from(keyOf(value.deleted)), value: null, headers };
    return { topic: topic.name, key: keyBytes(record, keyOf(value)), value: bytesOf(record), headers };
  };
};

const deliveryWriter = async ({ wire, headersOf }: Writing, sink: Outside, topic: string): Promise<SinkWriter> => {
  const encode = await wire.encoder(topic, sink.type);
  return (record, extra) => ({ topic, key: Buffer.from(record.key), value: encode(record.value), headers: headersOf(record, extra) });
};

const routeWriter = async (writing: Writing, sink: Extract<SinkNode['sink'], { kind: 'route' }>): Promise<SinkWriter> => {
  const ways = new Map<string, { readonly write: SinkWriter; readonly project: (value: never) => unknown }>();
  for (const [name, way] of Object.entries(sink.ways))
    ways.set(name, { write: await topicWriter(writing, way.topic), project: way.project });
  const select: (value: never) => string = sink.select.of;
  return (record, extra) => {
    // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- the graph has checked that the stream carries what the routing table takes.
    const value = record.value as never;
    const way = ways.get(select(value));
    return way?.write(withValue(record, way.project(value)), extra);
  };
};

/** Records keep their event time across a repartition as Kafka's timestamp: internal topics have no retention that it could offend. */
const repartitionWriter = async (writing: Writing, topic: Topic<unknown>): Promise<SinkWriter> => {
  const write = await topicWriter(writing, topic);
  return (record, extra) => {
    const written = write(record, extra);
    return written === undefined ? undefined : { ...written, timestamp: record.time };
  };
};

const writerOf = (writing: Writing, topology: string, node: SinkNode | RepartitionNode): Promise<SinkWriter> => {
  if (node.kind === 'repartition') return repartitionWriter(writing, node.topic);
  switch (node.sink.kind) {
    case 'topic':
      return topicWriter(writing, node.sink, node.flow.type);
    case 'table':
    case 'endpoint':
      return deliveryWriter(writing, node.sink, internalTopic(topology, node.name, 'delivery'));
    case 'route':
      return routeWriter(writing, node.sink);
  }
};

const writes = (node: GraphNode): node is SinkNode | RepartitionNode => node.kind === 'sink' || node.kind === 'repartition';

/** The writers of all sinks and repartitions by node, their schemas registered: made once a process. */
export const sinkWriters = async (wire: Wire, topology: Topology): Promise<ReadonlyMap<string, SinkWriter>> => {
  const writing = writingFor(wire, topology);
  const writers = new Map<string, SinkWriter>();
  for (const node of topology.nodes) {
    if (writes(node)) writers.set(node.name, await writerOf(writing, topology.name, node));
  }
  return writers;
};
