import type { Topology } from '../../core/graph.ts';
import type { BroadcastView } from '../../core/operator.ts';
import type { StateSpec } from '../../core/operator.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Meter } from '../../core/ports/meter.ts';
import type { StateStore, StorePlace } from '../../core/ports/store.ts';
import type { DeadLetterLimit } from '../dead-letter-limit.ts';
import type { EntryReader } from './entry-reader.ts';
import type { SharedLookup } from './lookup-stage.ts';
import type { Outbox } from './outbox.ts';
import type { SinkWriter } from './sink-writers.ts';

/** Makes the store of a stateful node of one task. */
export type StoreFactory = (spec: StateSpec<unknown>, place: StorePlace) => StateStore<unknown>;

/** What all tasks of a process share. */
export interface TaskEnv {
  readonly topology: Topology;
  readonly outbox: Outbox;
  readonly writers: ReadonlyMap<string, SinkWriter>;
  readonly readers: ReadonlyMap<string, EntryReader>;
  /** Partition counts of all topics that are read or written. */
  readonly partitions: ReadonlyMap<string, number>;
  /** State that was reset: by node, the offset of each changelog partition from which on it counts. */
  readonly begins?: Readonly<Record<string, ReadonlyArray<number>>>;
  /** The ids of the changelogs, by topic, where the cluster tells them. */
  readonly topicIds?: ReadonlyMap<string, string>;
  readonly makeStore: StoreFactory;
  readonly lookups: ReadonlyMap<string, SharedLookup>;
  readonly tables: ReadonlyMap<string, BroadcastView<unknown>>;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly log: Log;
  readonly deadLetterLimit: DeadLetterLimit;
  /** Records in a chunk at most. */
  readonly chunkSize: number;
}
