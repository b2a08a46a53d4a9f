import type { Endpoint } from './endpoint.ts';
import type { NoPorts, Step } from './operator.ts';
import type { Path } from './key.ts';
import type { RecordType } from './record-type.ts';
import type { Route } from './route.ts';
import type { StreamRef } from './stream-ref.ts';
import type { Table } from './table.ts';
import type { Accepted, Topic } from './topic.ts';

/** A type that no value has: it stands in for a parameter that is wrong, so that the editor shows the sentence. */
export interface Mistake<Sentence extends string> {
  readonly mistake: Sentence;
}

/** The partition key of a stream whose values no longer show it: only a `repartition` helps. */
export type Unkeyed = 'no field of this stream is its partition key any more: put a repartition before this';

/** Where the partition key stands after an operator: where it says, else where it stood if the new value still has it there. */
export type KeyAfter<K extends string, Out, Gives extends string> = [Gives] extends [never]
  ? [K] extends [Path<Out>]
    ? K
    : Unkeyed
  : Gives;

/** Whether state under the paths `Needs` may be kept on a stream that is partitioned by `K`. */
type KeyFits<K extends string, Needs extends string> = [K] extends [Needs]
  ? unknown
  : Mistake<`its state is keyed by '${Needs}', which lacks the stream's partition key '${K}': add it to the key, say partial, or repartition first`>;

/** Where a stream may end: a topic, a table or an endpoint (by way of a delivery), or a static routing table of topics. */
export type Sink = Topic<unknown> | Table<unknown> | Endpoint<unknown> | Route<never>;

type WrongSink = Mistake<'this sink takes values of another type: map the stream to the type of its schema first'>;

type Taken<S> =
  S extends Topic<unknown>
    ? Accepted<S>
    : S extends Table<infer R>
      ? R
      : S extends Endpoint<infer R>
        ? R
        : S extends Route<infer R>
          ? R
          : never;

type SinkFits<S, T> = [T] extends [Taken<S>] ? unknown : WrongSink;

type Guarded<T, P> = P extends ((value: T) => value is infer G extends T) ? G : T;

/** The tests of a split by the name of each case, tried in order. */
export type Cases<T> = Readonly<Record<string, (value: T) => boolean>>;

/** How a repartition keys what it writes. */
export interface RepartitionOptions<T, K extends string> {
  readonly key: ReadonlyArray<K>;
  /** How the values are written; needed if the operator before does not know. */
  readonly type?: RecordType<T>;
  /** ms of stream time by which the clock must advance before its readers are told again; a second if left out. */
  readonly grain?: number;
}

/**
 * A stream of a topology that is being declared: values of `T`, partitioned by the paths `K`, with the side outputs of the operator
 * that it comes from. Its six verbs add nodes to the graph and run nothing.
 */
export interface Stream<T, K extends string = string, Ports = NoPorts> extends StreamRef<T> {
  /** Sends the stream through an operator. */
  pipe<Out, P, Needs extends string, Gives extends string>(
    this: KeyFits<K, Needs>,
    operator: Step<T, Out, P, Needs, Gives>,
  ): Stream<Out, KeyAfter<K, Out, Gives>, P>;
  /** Parts the stream: each record goes to the first case that it meets; what meets none is counted. Every case needs a reader. */
  split<C extends Cases<T>>(name: string, cases: C): { readonly [N in keyof C & string]: Stream<Guarded<T, C[N]>, K> };
  /** One stream of both, chunk by chunk, in no order between the two. */
  merge<U, L extends string>(name: string, other: Stream<U, L>): Stream<T | U, [L] extends [K] ? ([K] extends [L] ? K : Unkeyed) : Unkeyed>;
  /** A side output of the operator that this stream comes from. */
  port<P extends keyof Ports & string>(port: P): Stream<Ports[P], Unkeyed>;
  /** Writes the stream to an internal topic under another key and reads it back: what follows runs in tasks of its own. */
  repartition<const L extends Path<T>>(name: string, options: RepartitionOptions<T, L>): Stream<T, L>;
  /** Ends the stream. */
  to<S extends Sink>(this: SinkFits<S, T>, name: string, sink: S): void;
}
