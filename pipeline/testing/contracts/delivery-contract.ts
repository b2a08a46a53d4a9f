import assert from 'node:assert/strict';
import { MillraceError } from '../../core/errors.ts';
import type { DeliveryBatch, DeliveryTarget } from '../../core/ports/delivery.ts';

/** Where a received row came from. */
export interface RowOrigin {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** What an implementer of the delivery port lends to the clauses: a receiver that holds nothing yet. */
export interface DeliverySubject<T> {
  /** A target of its own over the receiver, as another process would have it. The caller closes what it opened. */
  target(): Promise<DeliveryTarget<T>>;
  /** A value by its number. */
  value(n: number): T;
  /** The same value as another version of the code would give it: equal in what chooses its place, other in the rest. */
  again(n: number): T;
  /** The rows that the receiver holds, each as often as it does, in any order. */
  received(): Promise<ReadonlyArray<RowOrigin>>;
  /** Lets so much time or so many batches pass that the receiver has forgotten the tokens, if it ever does. Leaves the rows of `topic` alone. */
  forget?(): Promise<void>;
}

/** One statement that every target of deliveries keeps. `run` throws when it does not. */
export interface DeliveryClause {
  readonly name: string;
  run<T>(subject: DeliverySubject<T>): Promise<void>;
}

const topic = 'contract.delivery';

interface Range {
  readonly from: number;
  readonly to: number;
  readonly partition?: number;
  /** Offsets that hold no record, as transaction markers leave them. */
  readonly gaps?: ReadonlyArray<number>;
}

const batchOf = <T>(subject: DeliverySubject<T>, { from, to, partition = 0, gaps = [] }: Range): DeliveryBatch<T> => {
  const offsets = Array.from({ length: to - from }, (_, n) => from + n).filter((offset) => !gaps.includes(offset));
  const token = `contract/rows/${topic}/${partition}/${from}-${to}/v1`;
  return { token, topic, partition, from, to, rows: offsets.map((offset) => ({ offset, value: subject.value(offset) })) };
};

const inOrder = (rows: ReadonlyArray<RowOrigin>): ReadonlyArray<string> =>
  rows.map((row) => `${row.topic}/${row.partition}/${String(row.offset).padStart(6, '0')}`).sort();

const holds = async <T>(subject: DeliverySubject<T>, ...batches: ReadonlyArray<DeliveryBatch<T>>): Promise<void> => {
  const expected = batches.flatMap(({ rows, partition }) => rows.map(({ offset }) => ({ topic, partition, offset })));
  assert.deepEqual(inOrder((await subject.received()).filter((row) => row.topic === topic)), inOrder(expected));
};

const patient = (): AbortSignal => new AbortController().signal;

const prepared = async <T>(subject: DeliverySubject<T>): Promise<DeliveryTarget<T>> => {
  const target = await subject.target();
  await target.prepare();
  return target;
};

const clause = (name: string, run: DeliveryClause['run']): DeliveryClause => ({ name, run });

/**
 * What every target of deliveries keeps, clause by clause. Independent of any test framework; each clause wants a receiver of its own.
 *
 * @example for (const clause of deliveryContract) it(clause.name, async () => clause.run(await subject()));
 */
export const deliveryContract: ReadonlyArray<DeliveryClause> = [
  clause('takes every row of a batch with the place that it came from', async (subject) => {
    const target = await prepared(subject);
    const batch = batchOf(subject, { from: 10, to: 20, gaps: [13, 17] });
    await target.deliver(batch, false, patient());
    await holds(subject, batch);
  }),
  clause('can be prepared again', async (subject) => {
    const target = await prepared(subject);
    await target.prepare();
    await holds(subject);
  }),
  clause('takes a batch once however often it comes under its token', async (subject) => {
    const target = await prepared(subject);
    const batch = batchOf(subject, { from: 0, to: 5 });
    for (let n = 0; n < 3; n += 1) await target.deliver(batch, false, patient());
    await holds(subject, batch);
  }),
  clause('takes a batch once under its token, whatever a newer version of the code makes of its values', async (subject) => {
    const target = await prepared(subject);
    const batch = batchOf(subject, { from: 0, to: 3 });
    await target.deliver(batch, false, patient());
    await target.deliver({ ...batch, rows: batch.rows.map((row) => ({ ...row, value: subject.again(row.offset) })) }, false, patient());
    await holds(subject, batch);
  }),
  clause('takes a batch once from two processes', async (subject) => {
    const batch = batchOf(subject, { from: 0, to: 5 });
    for (const target of [await prepared(subject), await prepared(subject)]) await target.deliver(batch, false, patient());
    await holds(subject, batch);
  }),
  clause('takes equal rows from other offsets and other partitions', async (subject) => {
    const target = await prepared(subject);
    const same = { ...subject, value: () => subject.value(1) };
    const batches = [batchOf(same, { from: 0, to: 3 }), batchOf(same, { from: 3, to: 6 }), batchOf(same, { from: 0, to: 3, partition: 1 })];
    for (const batch of batches) await target.deliver(batch, false, patient());
    await holds(subject, ...batches);
  }),
  clause('takes a batch whole that may have been handed over and was not', async (subject) => {
    const target = await prepared(subject);
    const batch = batchOf(subject, { from: 4, to: 9 });
    await target.deliver(batch, true, patient());
    await holds(subject, batch);
  }),
  clause('adds nothing for a batch that may have been handed over and was', async (subject) => {
    const batch = batchOf(subject, { from: 4, to: 9 });
    await (await prepared(subject)).deliver(batch, false, patient());
    await (await prepared(subject)).deliver(batch, true, patient());
    await holds(subject, batch);
  }),
  clause('adds nothing for it when the token has been forgotten', async (subject) => {
    const target = await prepared(subject);
    const batch = batchOf(subject, { from: 4, to: 9 });
    await target.deliver(batch, false, patient());
    await subject.forget?.();
    await target.deliver(batch, true, patient());
    await holds(subject, batch);
  }),
  clause('adds what is missing of a batch that was taken in part', async (subject) => {
    const target = await prepared(subject);
    await target.deliver(batchOf(subject, { from: 0, to: 3 }), false, patient());
    const whole = batchOf(subject, { from: 0, to: 6 });
    await target.deliver(whole, true, patient());
    await holds(subject, whole);
  }),
  clause('settles soon when it is called off, with an error that can be tried again, and then takes the batch once', async (subject) => {
    const target = await prepared(subject);
    const batch = batchOf(subject, { from: 0, to: 5 });
    const refused = target.deliver(batch, false, AbortSignal.abort());
    await assert.rejects(refused, (error) => error instanceof MillraceError && error.retryable);
    await target.deliver(batch, false, patient());
    await holds(subject, batch);
  }),
  clause('takes a batch without rows', async (subject) => {
    const target = await prepared(subject);
    await target.deliver(batchOf(subject, { from: 3, to: 4, gaps: [3] }), false, patient());
    await target.deliver(batchOf(subject, { from: 5, to: 6, gaps: [5] }), true, patient());
    await holds(subject);
  }),
];
