import { type Chunk, type StreamRecord, type Tombstone, tombstone, withRecords, withValue } from '../../pipeline/core/chunk.ts';
import type { Context } from '../../pipeline/core/operator.ts';
import type { RecordType } from '../../pipeline/core/record-type.ts';
import { endOf, type JoinEntry, type Kept, type Waiting } from './entry.ts';
import type { Carry, Meeting, Orphaned } from './options.ts';

/** What a join was declared with, compiled; times in ms. */
export interface JoinPlan<Left, Right, Carried, Out, Orphan> {
  readonly leftKey: (left: Left) => string;
  readonly rightKey: (right: Right) => string;
  readonly within: number;
  /** How long either side is kept after the later of its event time and the stream time at which it came. */
  readonly keepFor: number;
  readonly orphanFor: number;
  readonly mostWaiting: number;
  readonly left: RecordType<Left>;
  readonly carry: Carry<Right, Carried>;
  readonly combine: ((kept: Carried, next: Carried) => Carried) | undefined;
  readonly match: (left: Left, carried: Carried, meeting: Meeting) => Out;
  readonly orphan: (left: Left, orphaned: Orphaned) => Orphan;
}

/** The side outputs of a join: orphans, and the deletion of those that are matched after all. */
export interface JoinPorts<Orphan> {
  readonly orphans: Orphan | Tombstone<Orphan>;
}

/** What the runtime lends a join. */
export type JoinContext<Orphan> = Context<JoinEntry, JoinPorts<Orphan>>;

const empty: JoinEntry = { right: undefined, lefts: [] };

/** A join at work in one task. What it remembers is in the store; its fields hold what the record in hand needs, so that none allocates closures. */
export class Joining<Left, Right, Carried, Out, Orphan> {
  readonly #context: JoinContext<Orphan>;
  readonly #plan: JoinPlan<Left, Right, Carried, Out, Orphan>;
  #asOf = 0;
  #out: StreamRecord<Out>[] = [];
  /** The right side and the manner of the meeting that `#matched` is about. */
  #right: Kept = { body: Buffer.alloc(0), time: 0, until: 0 };
  #meeting: Meeting = { lag: 0, late: false };

  constructor(context: JoinContext<Orphan>, plan: JoinPlan<Left, Right, Carried, Out, Orphan>) {
    this.#context = context;
    this.#plan = plan;
  }

  left(chunk: Chunk<Left>): Chunk<Out> {
    return this.#each(chunk, this.#takeLeft);
  }

  right(chunk: Chunk<Right>): Chunk<Out> {
    return this.#each(chunk, this.#takeRight);
  }

  #each<T>(chunk: Chunk<T>, take: (record: StreamRecord<T>) => void): Chunk<Out> {
    this.#out = [];
    for (const record of chunk.records) {
      this.#expire(record.asOf);
      take(record);
    }
    this.#expire(chunk.streamTime);
    return withRecords(chunk, this.#out);
  }

  #expire(asOf: number): void {
    this.#asOf = asOf;
    this.#context.store.expire(asOf, this.#ended);
  }

  readonly #takeLeft = (record: StreamRecord<Left>): void => {
    const key = this.#plan.leftKey(record.value);
    const entry = this.#context.store.get(key) ?? empty;
    if (entry.right === undefined || !this.#isNear(record, entry.right)) return this.#wait(key, entry, record);
    this.#face(record, entry.right, false);
    const made = this.#context.attempt(record, this.#matched);
    if (!made.ok) return;
    this.#out.push(withValue(record, made.value));
    this.#context.count('matched');
  };

  readonly #takeRight = (record: StreamRecord<Right>): void => {
    const key = this.#plan.rightKey(record.value);
    const entry = this.#context.store.get(key) ?? empty;
    const right = this.#kept(record, entry.right);
    if (right === undefined) return;
    const lefts = entry.lefts.filter((waiting) => !this.#release(waiting, right));
    this.#put(key, { right, lefts });
  };

  /** What is known of the right side now; `undefined` if the record changes nothing. */
  #kept(record: StreamRecord<Right>, known: Kept | undefined): Kept | undefined {
    if (known !== undefined && this.#plan.combine === undefined) {
      this.#context.count('repeated');
      return undefined;
    }
    const body = this.#context.attempt(record, known === undefined ? this.#carried : (right) => this.#combined(known, right));
    if (!body.ok) return undefined;
    const until = this.#until(record);
    if (known === undefined) return { body: body.value, time: record.time, until };
    return { body: body.value, time: Math.min(known.time, record.time), until: Math.max(known.until, until) };
  }

  readonly #carried = (right: Right): Buffer => this.#plan.carry.type.encode(this.#plan.carry.project(right));

  #combined(known: Kept, right: Right): Buffer {
    const { carry, combine } = this.#plan;
    const next = carry.project(right);
    return carry.type.encode(combine === undefined ? next : combine(carry.type.decode(known.body), next));
  }

  readonly #matched = (left: Left): Out => this.#plan.match(left, this.#plan.carry.type.decode(this.#right.body), this.#meeting);

  #face(left: { readonly time: number }, right: Kept, late: boolean): void {
    this.#right = right;
    this.#meeting = { lag: left.time - right.time, late };
  }

  #isNear(left: { readonly time: number }, right: Kept): boolean {
    return Math.abs(left.time - right.time) <= this.#plan.within;
  }

  #wait(key: string, { right, lefts }: JoinEntry, record: StreamRecord<Left>): void {
    if (lefts.length >= this.#plan.mostWaiting) {
      this.#context.reject(record, 'too_many_waiting', `${lefts.length} records wait under '${key}' already`);
      return;
    }
    const body = this.#context.attempt(record, this.#written);
    if (!body.ok) return;
    const waiting: Waiting = {
      body: body.value,
      key: record.key,
      time: record.time,
      provenance: record.provenance,
      origin: record.origin,
      until: this.#until(record),
      orphaned: false,
    };
    this.#put(key, { right, lefts: [...lefts, waiting] });
    this.#context.count('waiting');
  }

  readonly #written = (left: Left): Buffer => this.#plan.left.encode(left);

  /** Matches what waited, if it can be; whether it waits no more. */
  #release(waiting: Waiting, right: Kept): boolean {
    if (!this.#isNear(waiting, right)) return false;
    const record = this.#revived(waiting);
    this.#face(waiting, right, waiting.orphaned);
    if (waiting.orphaned) return this.#releaseLate(waiting, record);
    const made = this.#context.attempt(record, this.#matched);
    if (!made.ok) return true;
    this.#out.push(withValue(record, made.value));
    this.#context.count('matched');
    return true;
  }

  /** An orphan is one no more, whether its match is made or rejected. */
  #releaseLate(waiting: Waiting, record: StreamRecord<Left>): true {
    const made = this.#context.attempt(record, this.#matched);
    const deleted = this.#context.attempt(record, (left) => this.#orphan(left, waiting));
    if (deleted.ok) this.#context.emit('orphans', withValue(record, tombstone(deleted.value)));
    if (!made.ok) return true;
    this.#out.push(withValue(record, made.value));
    this.#context.count('matched_late');
    return true;
  }

  readonly #ended = (key: string, entry: JoinEntry): void => {
    const end = endOf(entry);
    const right = entry.right !== undefined && entry.right.until > end ? entry.right : undefined;
    const lefts = entry.lefts.flatMap((waiting) => (waiting.until > end ? [waiting] : this.#giveUp(waiting)));
    if (right !== undefined || lefts.length > 0) this.#put(key, { right, lefts });
  };

  /** What is left of a left record whose time is up: an orphan at first, then nothing. */
  #giveUp(waiting: Waiting): ReadonlyArray<Waiting> {
    if (waiting.orphaned) {
      this.#context.count('forgotten');
      return [];
    }
    const record = this.#revived(waiting);
    const made = this.#context.attempt(record, (left) => this.#orphan(left, waiting));
    if (!made.ok) return [];
    this.#context.emit('orphans', withValue(record, made.value));
    this.#context.count('orphaned');
    return this.#plan.orphanFor > 0 ? [{ ...waiting, until: waiting.until + this.#plan.orphanFor, orphaned: true }] : [];
  }

  #orphan(left: Left, { until, orphaned }: Waiting): Orphan {
    const orphanedAt = orphaned ? until - this.#plan.orphanFor : until;
    return this.#plan.orphan(left, { orphanedAt, attributableUntil: orphanedAt + this.#plan.orphanFor });
  }

  #revived({ body, key, time, provenance, origin }: Waiting): StreamRecord<Left> {
    return { key, value: this.#plan.left.decode(body), time, asOf: this.#asOf, provenance, origin, asRead: undefined };
  }

  #until({ time, asOf }: StreamRecord<unknown>): number {
    return Math.max(time, asOf) + this.#plan.keepFor;
  }

  #put(key: string, entry: JoinEntry): void {
    this.#context.store.put(key, entry, endOf(entry));
  }
}
