import { type Chunk, type StreamRecord, withRecords } from '../../pipeline/core/chunk.ts';
import type { Context, NoPorts } from '../../pipeline/core/operator.ts';
import { type Pending, type ReviseEntry, unknown } from './entry.ts';
import type { Change } from './options.ts';
import { isLater, pendingOf, placeOf, type Reading, readingWith, type RevisePlan, type Standing, type Taken, type Told } from './plan.ts';

/** `revise` at work in one task. What it remembers is in the store; its fields hold what the chunk in hand needs. */
export class Revising<T> {
  readonly #context: Context<ReviseEntry, NoPorts>;
  readonly #plan: RevisePlan<T>;
  readonly #read: (value: T) => Reading;
  #asOf = 0;
  /** The later of the event time of the record in hand and the stream time at which it came. */
  #now = 0;
  #out: StreamRecord<Change<T>>[] = [];

  constructor(context: Context<ReviseEntry, NoPorts>, plan: RevisePlan<T>) {
    this.#context = context;
    this.#plan = plan;
    this.#read = readingWith(plan);
  }

  run(chunk: Chunk<T>): Chunk<Change<T>> {
    this.#out = [];
    for (const record of chunk.records) {
      this.#expire(record.asOf);
      this.#now = Math.max(record.time, record.asOf);
      this.#take(record);
    }
    this.#expire(chunk.streamTime);
    return withRecords(chunk, this.#out);
  }

  #expire(asOf: number): void {
    this.#asOf = asOf;
    this.#context.store.expire(asOf, this.#ended);
  }

  #take(record: StreamRecord<T>): void {
    const read = this.#context.attempt(record, this.#read);
    if (!read.ok) return;
    const taken: Taken<T> = { record, reading: read.value, entry: this.#context.store.get(read.value.id) ?? unknown };
    switch (read.value.says) {
      case 'STANDS':
        return this.#stands(taken);
      case 'GONE':
        return this.#gone(taken);
      case 'AMENDS':
        return this.#amends(taken);
      case 'RETRACTS':
        return this.#retracts(taken);
    }
  }

  #stands(taken: Taken<T>): void {
    const { record, entry } = taken;
    if (entry.retracted) return this.#context.count('void');
    if (entry.retraction === undefined) return entry.isAmendable ? this.#context.count('repeated') : this.#settle(taken);
    this.#retracted(taken, this.#revived(entry.retraction), { before: null, of: record.value });
  }

  /** Puts an original where nothing stood, or nothing that could be amended. */
  #settle({ record, entry, reading: { id, body, isAmendable } }: Taken<T>): void {
    const original: Standing<T> = { value: record.value, body, last: undefined, by: record };
    const now = isAmendable ? this.#withWaiting(entry, original) : original;
    this.#tell({
      id,
      entry: { ...entry, standing: now.body, last: now.last, isAmendable, waiting: isAmendable ? [] : entry.waiting },
      by: now.by,
      change: { cause: 'STANDS', before: this.#standing(entry), after: now.value, of: now.value, retracted: false },
      keep: isAmendable ? this.#plan.within : this.#plan.remember,
    });
  }

  /** The original with the last of the amendments that have waited for it; those that do not fit it are rejected. */
  #withWaiting({ waiting }: ReviseEntry, original: Standing<T>): Standing<T> {
    let last = original;
    for (const pending of waiting) {
      const amended = this.#amended(original.value, this.#revived(pending));
      if (amended === undefined) continue;
      if (last !== original) this.#context.count('superseded');
      if (amended.last !== undefined && isLater(amended.last, last.last)) last = amended;
    }
    return last;
  }

  /** Only what cannot be amended goes for a while: the rest is retracted, or stays. */
  #gone({ record, entry, reading: { id } }: Taken<T>): void {
    const known = this.#standing(entry);
    if (known === null || entry.isAmendable) return;
    const change = { cause: 'GONE', before: known, after: null, of: known, retracted: false } as const;
    this.#tell({ id, entry: { ...entry, standing: undefined }, by: record, change, keep: this.#plan.within });
  }

  #amends(taken: Taken<T>): void {
    const { record, entry, reading } = taken;
    if (entry.retracted) return this.#context.count('void');
    const known = this.#standing(entry);
    if (known === null || !entry.isAmendable) return this.#wait(taken);
    const amended = this.#amended(known, record);
    if (amended === undefined) return;
    const last = placeOf(taken);
    if (!isLater(last, entry.last)) return this.#context.count('superseded');
    const next: ReviseEntry = { ...entry, standing: amended.body, last };
    if (entry.standing?.equals(amended.body) === true) {
      this.#context.count('repeated');
      return this.#put(reading.id, next, this.#plan.within);
    }
    const change = { cause: 'AMENDS', before: known, after: amended.value, of: amended.value, retracted: false } as const;
    this.#tell({ id: reading.id, entry: next, by: record, change, keep: this.#plan.within });
  }

  /** What an amendment makes of an original; undefined if it is rejected. */
  #amended(original: T, by: StreamRecord<T>): Standing<T> | undefined {
    const { amend, breach, codec, order } = this.#plan;
    const made = this.#context.attempt(by, (amendment) => {
      const value = amend(original, amendment);
      return { value, breach: breach(value), body: codec.encode(value), order: order(amendment) };
    });
    if (!made.ok) return undefined;
    const { value, body } = made.value;
    if (made.value.breach === undefined) return { value, body, by, last: { order: made.value.order, offset: by.provenance.offset } };
    this.#context.reject(by, made.value.breach.code, made.value.breach.detail);
    return undefined;
  }

  #retracts(taken: Taken<T>): void {
    const { record, entry, reading } = taken;
    if (entry.retracted || entry.retraction !== undefined) return this.#context.count('repeated');
    const known = this.#standing(entry);
    if (known !== null) return this.#retracted(taken, record, { before: known, of: known });
    this.#context.count('waiting');
    this.#put(reading.id, { ...entry, retraction: pendingOf(taken) }, this.#plan.within);
  }

  /** Only a mark is left, so that nothing comes back. */
  #retracted({ entry, reading: { id } }: Taken<T>, by: StreamRecord<unknown>, of: Pick<Change<T>, 'before' | 'of'>): void {
    if (entry.waiting.length > 0) this.#context.count('void', entry.waiting.length);
    const change = { cause: 'RETRACTS', after: null, retracted: true, ...of } as const;
    const mark: ReviseEntry = { ...unknown, revision: entry.revision, until: entry.until, retracted: true };
    this.#tell({ id, entry: mark, by, change, keep: this.#plan.remember });
  }

  #wait(taken: Taken<T>): void {
    const { record, entry, reading } = taken;
    const { waiting } = entry;
    if (waiting.length >= this.#plan.mostWaiting) {
      return this.#context.reject(record, 'too_many_waiting', `${waiting.length} amendments wait under '${reading.id}' already`);
    }
    this.#context.count('waiting');
    this.#put(reading.id, { ...entry, waiting: [...waiting, pendingOf(taken)] }, this.#plan.within);
  }

  #tell({ id, entry, by, change, keep }: Told<T>): void {
    const revision = entry.revision + 1;
    const { key, time, provenance, origin } = by;
    this.#out.push({ key, value: { revision, ...change }, time, asOf: this.#asOf, provenance, origin, asRead: undefined });
    this.#put(id, { ...entry, revision }, keep);
  }

  readonly #ended = (id: string, { waiting, retraction }: ReviseEntry): void => {
    const left = retraction === undefined ? waiting : [...waiting, retraction];
    for (const pending of left) {
      this.#context.reject(this.#revived(pending), 'original_unknown', `nothing that it could change stood under '${id}' while it waited`);
    }
    if (left.length === 0) this.#context.count('forgotten');
  };

  #standing({ standing }: ReviseEntry): T | null {
    return standing === undefined ? null : this.#plan.codec.decode(standing);
  }

  #revived({ body, key, time, provenance, origin }: Pending): StreamRecord<T> {
    return { key, value: this.#plan.codec.decode(body), time, asOf: this.#asOf, provenance, origin, asRead: undefined };
  }

  #put(id: string, entry: ReviseEntry, keep: number): void {
    const until = Math.max(entry.until, this.#now + keep);
    this.#context.store.put(id, { ...entry, until }, until);
  }
}
