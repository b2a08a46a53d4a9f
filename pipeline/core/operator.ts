import type { Observable, OperatorFunction } from 'rxjs';
import type { Chunk, StreamRecord } from './chunk.ts';
import type { ErrorCode } from './errors.ts';
import type { Store } from './ports/store.ts';
import type { RecordType } from './record-type.ts';
import type { BroadcastRef, StreamRef } from './stream-ref.ts';

/** How a stateful operator's entries are written, and what about them must not change between versions of a topology. */
export interface StateSpec<V> {
  /** Names the layout of the encoded values; a change of it is a change of state. */
  readonly schema: string;
  encode(value: V): Buffer;
  decode(bytes: Buffer): V;
  /** The parameters that shape the state, e.g. a window's size. Compared by value. */
  readonly shape: Readonly<Record<string, unknown>>;
}

/** What came of running a function of the user's for one record. */
export type Attempt<R> = { readonly ok: true; readonly value: R } | { readonly ok: false };

/** The rule under which a record is rejected: one of the catalogue's, or the topology's own in snake_case. */
export type RejectRule = ErrorCode | (string & NoPorts);

/** What the runtime lends an operator while it runs in one task. `Ports` maps the names of its side outputs to their types. */
export interface Context<S, Ports> {
  readonly task: { readonly topology: string; readonly subTopology: string; readonly partition: number };
  readonly store: Store<S>;
  /** If `run` throws, the record is rejected: under the code of a `MillraceError` that is a reject, else as `user_function_failed`. */
  attempt<T, R>(record: StreamRecord<T>, run: (value: T) => R): Attempt<R>;
  /** Sends the record to the topology's dead letter under a rule. The caller drops it. */
  reject(record: StreamRecord<unknown>, rule: RejectRule, detail: string): void;
  /** Adds a record to a side output. Each side output gets one chunk for each chunk that the operator was given, after the main one. */
  emit<P extends keyof Ports>(port: P, record: StreamRecord<Ports[P]>): void;
  /** Whether anything reads this side output. */
  isConnected(port: keyof Ports): boolean;
  /** Counts into `millrace_node_events_total`, under this event. */
  count(event: string, by?: number): void;
}

declare const none: unique symbol;

/** The ports of an operator that has none. */
export interface NoPorts {
  readonly [none]?: never;
}

/** What every operator tells about itself without running. */
export interface Description {
  readonly name: string;
  /** The operator's own name in kebab-case, e.g. `dedupe`. */
  readonly kind: string;
  /** What it was called with, as far as it is data; printed with the graph. */
  readonly params: Readonly<Record<string, unknown>>;
  /** Which of its options are functions without a version: whether they still do the same cannot be told by comparing. */
  readonly opaque?: ReadonlyArray<string>;
  readonly state?: StateSpec<unknown>;
  /** The names of its side outputs. */
  readonly ports?: ReadonlyArray<string>;
  /** How far behind stream time its output may be, in ms; replaces what was inherited. Inherited if left out. */
  readonly holds?: number;
  /** How late a record may be for it, in ms; must not be shorter than what its inputs hold. Only windows have one. */
  readonly lateness?: number;
  /** The field paths that key its state; they must contain the stream's partition key unless `partial`. */
  readonly stateKey?: ReadonlyArray<string>;
  /** Its results are of this task only and are merged downstream, after a repartition. */
  readonly partial?: boolean;
  /** Where the partition key stands in its output, if not where it stood in its input. */
  readonly keyed?: ReadonlyArray<string>;
  /** Where fields of its input stand in its output, path by path: a partition key moves along. Without `keyed`; what is left out is gone. */
  readonly moves?: Readonly<Record<string, string>>;
  /** How its output is written, if it is to be repartitioned. Inherited from the input if left out and `keeps` is true. */
  readonly output?: RecordType<unknown>;
  /** Whether its output has the type of its input, so that it is written in the same way. */
  readonly keeps?: boolean;
}

/**
 * What a stream can be piped through, whatever its shape. `flow` is for the types alone: what goes in and comes out, its side outputs,
 * and two facts about partition keys. `Needs` are the paths that key its state (any `string` if it keeps none): the stream's partition
 * key must be among them. `Gives` are the paths of the partition key in its output (`never`: as before).
 */
export interface Step<in In, out Out, out Ports, in Needs extends string, out Gives extends string> extends Description {
  readonly flow?: {
    readonly takes: (value: In) => void;
    readonly makes: Out;
    readonly ports: Ports;
    readonly needs: (path: Needs) => void;
    readonly gives: Gives;
  };
}

/**
 * A named step of a topology.
 *
 * `build` is called once per task, and again after every aborted commit. What it returns
 * - emits exactly one chunk for each that it receives, in order, with its time and signal, empty ones included;
 * - is synchronous and does no I/O (`LookupOperator` is the one exception);
 * - remembers nothing across chunks but what is in its store, and calls `store.expire(record.asOf)` before each record and
 *   `store.expire(chunk.streamTime)` after the last;
 * - reads no clock but `streamTime` and `asOf`, and mutates nothing that it was given;
 * - calls a function of the user's only through `attempt`, and before it writes anything for that record.
 */
export interface Operator<In, Out, S = never, Ports = NoPorts, Needs extends string = string, Gives extends string = never> extends Step<
  In,
  Out,
  Ports,
  Needs,
  Gives
> {
  readonly shape: 'step';
  readonly state?: StateSpec<S>;
  build(context: Context<S, Ports>): OperatorFunction<Chunk<In>, Chunk<Out>>;
}

/** The same for two co-partitioned streams; their chunks come interleaved, one at a time, and each gives one chunk. */
export interface JoinOperator<
  Left,
  Right,
  Out,
  S = never,
  Ports = NoPorts,
  Needs extends string = string,
  Gives extends string = never,
> extends Step<Left, Out, Ports, Needs, Gives> {
  readonly shape: 'join';
  readonly state?: StateSpec<S>;
  readonly right: StreamRef<Right>;
  /** Which paths of the right side's values hold the same key, position by position, as `stateKey` does of the left's. */
  readonly rightKey: ReadonlyArray<string>;
  build(context: Context<S, Ports>): (left: Observable<Chunk<Left>>, right: Observable<Chunk<Right>>) => Observable<Chunk<Out>>;
}

/** A broadcast topic's current content, by key: every process holds all of it, read-only. */
export interface BroadcastView<V> {
  get(key: string): V | undefined;
  /** `topic:offset` of what has been read of it, for the outputs' headers. */
  version(): string;
}

/** A step that reads a broadcast table beside its stream. */
export interface BroadcastOperator<In, Row, Out, Ports = NoPorts> extends Step<In, Out, Ports, string, never> {
  readonly shape: 'broadcast';
  readonly table: BroadcastRef<Row>;
  build(context: Context<unknown, Ports>, table: BroadcastView<Row>): OperatorFunction<Chunk<In>, Chunk<Out>>;
}

/** Enrichment by a read-only port: the runtime asks for a chunk's keys at once, under a deadline, and keeps the order. */
export interface LookupOperator<In, Out, Answer> extends Step<In, Out, NoPorts, string, never> {
  readonly shape: 'lookup';
  /** The name under which the runtime is given the `Lookup`. */
  readonly port: string;
  /** ms until what has not been answered counts as late. */
  readonly deadline: number;
  keyOf(value: In): string;
  /** `undefined`: not found; `'late'`: the deadline passed or the port failed. */
  merge(value: In, answer: Answer | undefined | 'late'): Out;
}
