import type { SinkNode, Topology } from '../../core/graph.ts';
import type { RecordType } from '../../core/record-type.ts';
import type { Table } from '../../core/table.ts';
import type { Topic } from '../../core/topic.ts';

/** What a person says about how outputs are compared. */
export interface IdentityChoice {
  /** By topic, the field paths that make two records the same one. */
  readonly keys?: Readonly<Record<string, ReadonlyArray<string>>>;
  /** Field paths that may differ, in every output. */
  readonly ignore?: ReadonlyArray<string>;
}

/** How the records of an output are told apart and compared. The last record of an identity counts. */
export interface Identity {
  /** The original topic. */
  readonly topic: string;
  readonly type: RecordType<unknown>;
  /** Field paths, or where a record first entered Kafka if nothing in it tells. */
  readonly by: ReadonlyArray<string> | 'provenance';
  /** The paths that are not compared. */
  readonly except: ReadonlyArray<string>;
  /** Whether the field `final` tells which records are results; the others are counted as open. */
  readonly hasFinal: boolean;
}

/** What tells how a result came to be, not what it is: it depends on when commits fell. */
const circumstances = ['event_id', 'revision', 'provisional', 'stream_time'];

const fieldsOf = ({ schema }: RecordType<unknown>): ReadonlyArray<string> => {
  const parsed: unknown = JSON.parse(schema);
  if (typeof parsed !== 'object' || parsed === null || !('fields' in parsed) || !Array.isArray(parsed.fields)) return [];
  return parsed.fields.flatMap((field: unknown) =>
    typeof field === 'object' && field !== null && 'name' in field && typeof field.name === 'string' ? [field.name] : [],
  );
};

/** The fields behind a sort key, which is what makes two rows of a table the same; undefined if it needs the row's offset. */
const rowKey = ({ columns, orderBy }: Table<unknown>): ReadonlyArray<string> | undefined => {
  const paths = orderBy.map((name) => columns.find((column) => column.name === name)?.path.join('.'));
  return paths.some((path) => path === undefined) ? undefined : paths.flatMap((path) => path ?? []);
};

const isSink = (node: { readonly kind: string }): node is SinkNode => node.kind === 'sink';

const tablesOf = ({ nodes }: Topology): ReadonlyArray<Table<unknown>> =>
  nodes.filter(isSink).flatMap(({ sink }) => (sink.kind === 'table' ? [sink] : []));

const byDefault = (type: RecordType<unknown>, fields: ReadonlyArray<string>, tables: ReadonlyArray<Table<unknown>>): Identity['by'] => {
  const revised = tables.find((table) => table.version !== undefined && table.type.schema === type.schema);
  const key = revised === undefined ? undefined : rowKey(revised);
  if (key !== undefined) return key;
  return fields.includes('event_id') ? ['event_id'] : 'provenance';
};

interface Output {
  readonly topic: string;
  readonly type: RecordType<unknown>;
  readonly own: ReadonlyArray<string> | undefined;
}

const identityOf = ({ topic, type, own }: Output, topology: Topology, { keys = {}, ignore = [] }: IdentityChoice): Identity => {
  const fields = fieldsOf(type);
  const hasFinal = fields.includes('final');
  const by = keys[topic] ?? own ?? byDefault(type, fields, tablesOf(topology));
  const except = hasFinal ? [...ignore, ...circumstances.filter((field) => fields.includes(field))] : ignore;
  return { topic, type, by, except, hasFinal };
};

const topicOutput = ({ name, type, key, compacted }: Topic<unknown>): Output => ({ topic: name, type, own: compacted ? key : undefined });

const outputsOf = ({ name, sink }: SinkNode, deliveryOf: (node: string) => string): ReadonlyArray<Output> => {
  if (sink.kind === 'topic') return [topicOutput(sink)];
  if (sink.kind === 'route') return Object.values(sink.ways).map(({ topic }) => topicOutput(topic));
  const own = sink.kind === 'endpoint' || sink.version === undefined ? undefined : rowKey(sink);
  return [{ topic: deliveryOf(name), type: sink.type, own }];
};

/** How each output of a topology is compared, its dead letter aside. `deliveryOf` names the topic of a sink whose rows go to a table. */
export const identities = (
  topology: Topology,
  deliveryOf: (node: string) => string,
  choice: IdentityChoice = {},
): ReadonlyArray<Identity> => {
  const all = topology.nodes.filter(isSink).flatMap((node) => outputsOf(node, deliveryOf));
  const once = [...new Map(all.map((output) => [output.topic, output])).values()];
  return once.map((output) => identityOf(output, topology, choice));
};
