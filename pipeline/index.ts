// Declaring a topology.
export { compactedTopic, rawTopic, topic } from './core/topic.ts';
export type { CompactedTopic, RawTopic, Topic, TopicOptions } from './core/topic.ts';
export { table } from './core/table.ts';
export type { Table, TableOptions } from './core/table.ts';
export { endpoint } from './core/endpoint.ts';
export type { Endpoint, EndpointOptions } from './core/endpoint.ts';
export { route, way } from './core/route.ts';
export type { Route, RouteTarget } from './core/route.ts';
export { recordType } from './avro/record-type.ts';
export type { RecordType, ValueOf } from './core/record-type.ts';
export { topology } from './core/topology.ts';
export type { SourceOptions, TopologyBuilder, TopologyOptions } from './core/topology.ts';
export type { Stream } from './core/stream.ts';
export type { BroadcastRef, StreamRef } from './core/stream-ref.ts';
export type { NodeSettings, Topology } from './core/graph.ts';
export { versioned } from './core/key.ts';
export type { KeyPath, Path, Versioned } from './core/key.ts';
export { days, hours, minutes, seconds } from './core/time.ts';
export { errorCatalogue, messageOf, MillraceError } from './core/errors.ts';
export type { ErrorAction, ErrorCode } from './core/errors.ts';

// Printing it.
export { describe } from './core/describe.ts';
export type { TopologyDescription } from './core/describe.ts';
export { mermaid } from './core/mermaid.ts';

// Writing an operator or an aggregate.
export { isTombstone, tombstone, withRecords, withValue } from './core/chunk.ts';
export type { Chunk, Coordinates, Signal, StreamRecord, Tombstone } from './core/chunk.ts';
export type { Attempt, BroadcastOperator, BroadcastView, Context, Description, RejectRule } from './core/operator.ts';
export type { JoinOperator, LookupOperator, NoPorts, Operator, StateSpec, Step } from './core/operator.ts';
export type { Store } from './core/ports/store.ts';
export type { Aggregate, InvertibleAggregate } from './core/aggregate.ts';
export { ByteReader, ByteWriter } from './core/bytes.ts';
export { contentHash } from './core/content-hash.ts';
export { keyReader } from './core/key.ts';

// Running it in a process of one's own.
export { launch } from './runtime/launch/launch.ts';
export type { Launched } from './runtime/launch/launch.ts';
export { launchDeliveries } from './runtime/launch/launch-deliveries.ts';
export type { DeliverServices, DeliverSettings, LaunchedDeliveries } from './runtime/launch/launch-deliveries.ts';
export type { LaunchServices, LaunchSettings } from './runtime/launch/launch-services.ts';
export type { Accepted, Plan } from './core/plan.ts';
export type { Acceptance, PlanFinding, PlanVerdict } from './core/plan-finding.ts';
export { compareReplay } from './runtime/replay/compare-replay.ts';
export type { OutputComparison } from './runtime/replay/compare-outputs.ts';
export { removeReplay } from './runtime/replay/replay-topics.ts';
export { runReplay } from './runtime/replay/run-replay.ts';
export type { Replayed, ReplayOptions } from './runtime/replay/run-replay.ts';
export { untilSignalled } from './runtime/launch/until-signalled.ts';
export { defaultSettings } from './runtime/settings.ts';
export type { RunnerSettings } from './runtime/settings.ts';
export type { DeadLetterLimit } from './runtime/dead-letter-limit.ts';
export { jsonLog } from './runtime/logger.ts';
export { prometheusMeter } from './runtime/prometheus-meter.ts';
export { systemClock } from './runtime/system-clock.ts';
export { memoryStore } from './state/memory-store.ts';
export { openStateDirectory } from './state/lmdb/open-state-directory.ts';
export type { StateDirectory, StateDirectoryOptions } from './state/lmdb/open-state-directory.ts';
export { kafkaCluster } from './cluster/kafka/kafka-cluster.ts';
export type { KafkaClusterOptions } from './cluster/kafka/kafka-options.ts';
export { createWire } from './avro/wire.ts';
export { httpRegistry } from './avro/http-registry.ts';
export type { RegistrySettings } from './avro/http-registry.ts';
export { openClickHouse } from './clickhouse/client.ts';
export { clickHouseTarget } from './clickhouse/delivery-target.ts';
export { migrate } from './clickhouse/migrations.ts';
export { httpTarget } from './http-delivery/http-target.ts';
export type { HttpPorts } from './http-delivery/http-target.ts';
export { readReceivers } from './http-delivery/receiver-settings.ts';
export type { Receivers, ReceiverSettings } from './http-delivery/receiver-settings.ts';
export type { Clock } from './core/ports/clock.ts';
export type { DeliveryBatch, DeliveryRow, DeliveryTarget, RefusedRow } from './core/ports/delivery.ts';
export { RetryLater } from './core/retry-later.ts';
export type { Log, LogFields } from './core/ports/log.ts';
export type { Lookup } from './core/ports/lookup.ts';
export type { Meter } from './core/ports/meter.ts';
