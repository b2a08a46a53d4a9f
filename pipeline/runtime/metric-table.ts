/** One metric: what kind it is, what it tells, and by which labels. Histograms have their bucket bounds. */
export interface MetricSpec {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: ReadonlyArray<string>;
  readonly buckets?: ReadonlyArray<number>;
}

const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const ages = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 3_600];
const delivery = ['topology', 'node'];

/** Every metric that Millrace has, by name without the prefix `millrace_`: the source of registration, help texts and docs/metrics.md. */
export const metricTable = {
  records_in_total: { kind: 'counter', help: 'Records of the log that were fed into tasks, by entry.', labels: ['topology', 'node'] },
  records_out_total: { kind: 'counter', help: 'Records that reached a sink or a repartition.', labels: ['topology', 'node'] },
  records_rejected_total: {
    kind: 'counter',
    help: 'Records sent to the dead letter, by node and rule.',
    labels: ['topology', 'node', 'rule'],
  },
  node_records_total: {
    kind: 'counter',
    help: 'Records that went into and came out of an operator.',
    labels: ['topology', 'node', 'direction'],
  },
  node_events_total: {
    kind: 'counter',
    help: 'What operators count: records dropped, duplicates, late, unmatched, unrouted and the like.',
    labels: ['topology', 'node', 'event'],
  },
  chunk_records: { kind: 'histogram', help: 'Records in a chunk.', labels: ['topology'], buckets: [1, 10, 50, 100, 250, 500, 1_000] },
  commit_seconds: {
    kind: 'histogram',
    help: 'How long a commit took, from the flush to the published state.',
    labels: ['topology'],
    buckets: seconds,
  },
  commit_age_seconds: {
    kind: 'histogram',
    help: 'Age of the oldest source record of a commit when it was committed, by Kafka timestamp: the latency of one transactional hop.',
    labels: ['topology'],
    buckets: ages,
  },
  transaction_aborts_total: { kind: 'counter', help: 'Transactions that were rolled back.', labels: ['topology'] },
  producer_renewals_total: {
    kind: 'counter',
    help: 'Transactional producers that were given up for a new one, by the code of what they failed with.',
    labels: ['topology', 'code'],
  },
  lag_records: {
    kind: 'gauge',
    help: 'Records behind the end of each topic, over the partitions of this process.',
    labels: ['topology', 'topic'],
  },
  lag_seconds: {
    kind: 'gauge',
    help: 'Age of the oldest record of each topic that is not processed yet, over the partitions of this process: by its Kafka timestamp where it was read, else (and in repartitions) since it is known to be there.',
    labels: ['topology', 'topic'],
  },
  processed_offsets_total: {
    kind: 'counter',
    help: 'Offsets by which the processing of each topic has gone on, over the partitions of this process. Its rate less that of appended_offsets_total is how fast lag is cleared.',
    labels: ['topology', 'topic'],
  },
  appended_offsets_total: {
    kind: 'counter',
    help: 'Offsets by which the ends of the partitions of this process have gone on.',
    labels: ['topology', 'topic'],
  },
  stream_time_lag_seconds: { kind: 'gauge', help: 'How far stream time is behind the wall clock, by task.', labels: ['topology', 'task'] },
  tasks: { kind: 'gauge', help: 'Tasks of this process, by whether they are ready.', labels: ['topology', 'state'] },
  state_entries: { kind: 'gauge', help: 'Live entries of a node, over the tasks of this process.', labels: ['topology', 'node'] },
  state_bytes: {
    kind: 'gauge',
    help: 'Approximate encoded bytes of a node, over the tasks of this process.',
    labels: ['topology', 'node'],
  },
  restore_records_total: { kind: 'counter', help: 'Changelog records read to restore state.', labels: ['topology'] },
  buffered_bytes: { kind: 'gauge', help: 'Bytes polled and not fed yet, by task.', labels: ['topology', 'task'] },
  partition_pauses_total: { kind: 'counter', help: 'How often a partition was paused for back-pressure.', labels: ['topology', 'topic'] },
  waiting_seconds_total: {
    kind: 'counter',
    help: 'Seconds for which a task had records but waited for another partition, by the topic that it waited for.',
    labels: ['topology', 'topic'],
  },
  delivery_batches_total: { kind: 'counter', help: 'Batches handed over outside Kafka.', labels: delivery },
  delivery_rows_total: { kind: 'counter', help: 'Rows handed over outside Kafka.', labels: delivery },
  delivery_retries_total: { kind: 'counter', help: 'Hand-overs that failed and were tried again.', labels: delivery },
  delivery_refused_total: {
    kind: 'counter',
    help: 'Rows that the receiver refused and that went to the dead letter of the delivery, by rule.',
    labels: ['topology', 'node', 'rule'],
  },
  delivery_seconds: { kind: 'histogram', help: 'How long a batch took to hand over.', labels: delivery, buckets: seconds },
  delivery_age_seconds: { kind: 'histogram', help: 'Age of the oldest row of a batch when it was taken.', labels: delivery, buckets: ages },
  ingest_requests_total: { kind: 'counter', help: 'Requests to the ingestion API, by path and status.', labels: ['route', 'status'] },
  ingest_request_seconds: {
    kind: 'histogram',
    help: 'How long a request to the ingestion API took, until its answer.',
    labels: ['route'],
    buckets: seconds,
  },
  ingest_records_total: {
    kind: 'counter',
    help: 'Records sent to the ingestion API, by kind and what came of them: accepted, or the code under which they were refused.',
    labels: ['kind', 'result'],
  },
  ingest_in_flight_bytes: {
    kind: 'gauge',
    help: 'Bytes of bodies that are being read and of records that the log has not confirmed.',
    labels: [],
  },
  ingest_reference_offset: {
    kind: 'gauge',
    help: 'How far the ingestion API has read the topics of its reference data: the next offset of each partition.',
    labels: ['topic', 'partition'],
  },
  actuator_commands_total: {
    kind: 'counter',
    help: 'What actuators have answered to commands, by status: applied, conflict, refused, failed, dry_run, timed_out.',
    labels: ['actuator', 'status'],
  },
  actuator_apply_seconds: {
    kind: 'histogram',
    help: 'How long an attempt to carry out a command took.',
    labels: ['actuator'],
    buckets: seconds,
  },
  actuator_age_seconds: {
    kind: 'histogram',
    help: 'Time from the decision of a command to its confirmation by the other side.',
    labels: ['actuator'],
    buckets: ages,
  },
  proxy_requests_total: {
    kind: 'counter',
    help: 'Calls that the proxy passed on, by what they are for and how they ended: the status of the upstream, or why there was none.',
    labels: ['operation', 'status'],
  },
  proxy_request_seconds: {
    kind: 'histogram',
    help: 'How long a call through the proxy took, from its first byte to the last of its answer.',
    labels: ['operation'],
    buckets: [...seconds, 60, 120, 300],
  },
  proxy_inferences_total: {
    kind: 'counter',
    help: 'Calls that the proxy logged as inferences, by what came of it: accepted, or the code of the client under which they were lost.',
    labels: ['result'],
  },
  proxy_kept_bytes: { kind: 'gauge', help: 'Bytes of calls that the proxy keeps until they are logged.', labels: [] },
  proxy_waiting_inferences: {
    kind: 'gauge',
    help: 'Inferences that the proxy has handed to its client and that have no answer yet.',
    labels: [],
  },
  delivery_waiting_seconds: { kind: 'gauge', help: 'Age of the oldest row that waits to be handed over.', labels: delivery },
} as const satisfies Readonly<Record<string, MetricSpec>>;

/** The name of a metric, without the prefix. */
export type MetricName = keyof typeof metricTable;
