import { messageOf, MillraceError } from '../../core/errors.ts';
import { patiently } from '../../core/patiently.ts';
import type { CommittedOffset, GroupConsumer, NewRecord, TransactionalProducer } from '../../core/ports/cluster.ts';
import {
  type Callback,
  type ClientError,
  done,
  type NativeConsumer,
  type NativeProducer,
  newProducer,
  type ProducerBinding,
} from './client.ts';
import { connect } from './connect.ts';
import { KafkaGroupConsumer } from './kafka-group-consumer.ts';
import { transactionalSettings } from './kafka-options.ts';
import { produce } from './produce.ts';
import type { Surroundings } from './surroundings.ts';
import { codes, isRepeatable, produceError, toMillraceError, toTransactionError } from './to-millrace-error.ts';

/** Commits and aborts that are not done by then are taken up again, so that none hangs for good. */
const callMs = 30_000;
/** As long as the transaction itself may take: offsets that are late are lost with it. */
const noDeadline = -1;
const initMs = 60_000;
const drainMs = 50;
const closeMs = 5000;
/** How long a call is repeated that the client says can be. Longer than brokers take to restart, and than any transaction is open. */
const repeats = { firstMs: 20, mostMs: 1_000, budgetMs: 120_000 };
/** How long delivery reports may take to come after the transaction has failed for them. */
const reportMs = 1_000;
const lookEvery = 5;

type Phase = 'ready' | 'open' | 'failed' | 'broken' | 'closed';

/** Opens a producer under a transactional id, fencing whoever held it. */
export const openTransactionalProducer = async (around: Surroundings, id: string): Promise<TransactionalProducer> => {
  const { connection } = around;
  const producer = await newProducer(transactionalSettings(connection, id), true);
  await connect(producer, connection);
  try {
    await done((callback) => producer.initTransactions(initMs, callback));
  } catch (cause) {
    await done((callback) => producer.disconnect(0, callback));
    throw toTransactionError(cause, `Initialising transactions of '${id}'`);
  }
  return around.made.add(new KafkaTransactionalProducer(around, producer, id));
};

/** One transaction at a time through librdkafka. On its mock cluster offsets are committed plainly once the transaction is. */
class KafkaTransactionalProducer implements TransactionalProducer {
  readonly #around: Surroundings;
  readonly #producer: NativeProducer;
  readonly #binding: ProducerBinding;
  readonly #id: string;
  #phase: Phase = 'ready';
  /** When something was first done in this transaction, by the monotonic clock. */
  #since: number | undefined;
  /** Whether the client has refused a record of this transaction without saying why the transaction has failed. */
  #isUnexplained = false;
  /** Why a record of this transaction could not be delivered. */
  #undelivered: MillraceError | undefined;
  /** What is committed after the transaction where it cannot be part of it. */
  #after: (() => Promise<void>)[] = [];

  constructor(around: Surroundings, producer: NativeProducer, id: string) {
    this.#around = around;
    this.#producer = producer;
    this.#binding = producer.getClient();
    this.#id = id;
    producer.setPollInBackground(true);
    producer.on('delivery-report', (error, { topic }) => {
      if (error) this.#undelivered ??= toMillraceError(error, `Transaction of '${id}': a record for '${topic}'`);
    });
  }

  async begin(): Promise<void> {
    this.#expect('ready');
    await this.#call('begin', (callback) => this.#producer.beginTransaction(callback));
    this.#after = [];
    this.#undelivered = undefined;
    this.#isUnexplained = false;
    this.#since = undefined;
    this.#phase = 'open';
  }

  produce(record: NewRecord): boolean {
    if (this.#phase !== 'open') this.#expect('open');
    this.#since ??= this.#around.connection.clock.monotonic();
    const code = produce(this.#binding, record);
    if (code === 0) return true;
    if (code === codes.queueFull) return false;
    throw this.#refused(code, record.topic);
  }

  /** Sends without lingering, for a moment: some of it will have gone. */
  async drain(): Promise<void> {
    await done((callback) => this.#producer.flush(drainMs, callback)).catch(() => undefined);
  }

  async sendOffsets(consumer: GroupConsumer, offsets: ReadonlyArray<CommittedOffset>): Promise<void> {
    this.#expect('open');
    if (!(consumer instanceof KafkaGroupConsumer)) throw new MillraceError('engine_defect', 'The consumer is not of a Kafka cluster.');
    if (this.#around.connection.mock === true) {
      this.#after.push(() => consumer.commit(offsets));
      return;
    }
    this.#since ??= this.#around.connection.clock.monotonic();
    await this.#call('offsets', (callback) => {
      const send = (native: NativeConsumer): Promise<void> =>
        done((answer) => this.#producer.sendOffsetsToTransaction(offsets.map(plain), native, noDeadline, answer));
      consumer.lend(offsets, send).then(
        () => callback(null, undefined),
        (error: unknown) => callback(error as ClientError, undefined),
      );
    });
  }

  async commit(): Promise<void> {
    this.#expect('open');
    await this.#call('commit', (callback) => this.#producer.commitTransaction(callMs, callback));
    this.#phase = 'ready';
    await this.#commitAfter();
  }

  /** There is nothing to abort any more if that fails. */
  async #commitAfter(): Promise<void> {
    try {
      for (const commit of this.#after) await commit();
    } catch (cause) {
      this.#phase = 'broken';
      const message = `The transaction of '${this.#id}' was committed without its offsets: ${messageOf(cause)}`;
      throw new MillraceError('producer_failed', message, cause);
    }
  }

  async abort(): Promise<void> {
    if (this.#phase !== 'failed') this.#expect('open');
    if (this.#isUnexplained) await this.#explain();
    await this.#call('abort', (callback) => this.#producer.abortTransaction(callMs, callback));
    this.#phase = 'ready';
  }

  /** Throws why the transaction has failed if an abort would be in vain. A commit is safe to ask: one that has failed answers with the reason. */
  async #explain(): Promise<void> {
    this.#isUnexplained = false;
    const asked = this.#call('produce', (callback) => this.#producer.commitTransaction(callMs, callback));
    const reason: unknown = await asked.catch((error: unknown) => error);
    if (reason instanceof MillraceError && !reason.retryable) throw reason;
    this.#phase = 'failed';
  }

  async close(): Promise<void> {
    if (this.#phase === 'closed') return;
    const open = this.#phase === 'open' || this.#phase === 'failed';
    this.#phase = 'closed';
    this.#around.made.remove(this);
    // If it fails the coordinator aborts it, in time.
    if (open) await done((callback) => this.#producer.abortTransaction(closeMs, callback)).catch(() => undefined);
    await done((callback) => this.#producer.disconnect(0, callback));
  }

  /** Repeats what the client says can be repeated, and takes from an error what can still be done with this producer. */
  async #call(what: string, call: (callback: Callback<unknown>) => void): Promise<void> {
    const { clock } = this.#around.connection;
    try {
      await patiently(() => done(call), { clock, limits: repeats, isWorthIt: isRepeatable, isOver: () => this.#phase === 'closed' });
    } catch (cause) {
      const error = toTransactionError(cause, `Transaction of '${this.#id}': ${what}`);
      this.#phase = error.code === 'transaction_aborted' ? 'failed' : 'broken';
      if ((cause as ClientError).code === codes.inconsistent) await this.#reported();
      throw this.#reasonOf(error);
    }
  }

  /** The transaction may fail a moment before the report of the record that it failed for. */
  async #reported(): Promise<void> {
    const { clock } = this.#around.connection;
    const end = clock.monotonic() + reportMs;
    while (this.#undelivered === undefined && clock.monotonic() < end) await clock.sleep(lookEvery);
  }

  /**
   * An aborted transaction comes from a record that can never be delivered if that is so: to try again would be in vain. And the
   * client takes it for fencing when the coordinator has rolled back what was open for too long.
   */
  #reasonOf(error: MillraceError): MillraceError {
    if (error.code === 'transaction_aborted') return this.#undelivered?.retryable === false ? this.#undelivered : error;
    const { clock, transactionTimeoutMs } = this.#around.connection;
    const open = clock.monotonic() - (this.#since ?? Infinity);
    if (error.code !== 'fenced' || open < transactionTimeoutMs) return error;
    return new MillraceError(
      'transaction_expired',
      `The transaction of '${this.#id}' was open for too long: ${Math.round(open)} ms.`,
      error,
    );
  }

  #refused(code: number, topic: string): MillraceError {
    if (code !== codes.state && code !== codes.fatal) return produceError(code, topic);
    this.#phase = 'failed';
    this.#isUnexplained = true;
    return new MillraceError('transaction_aborted', `The transaction of '${this.#id}' has failed and must be aborted.`);
  }

  #expect(phase: Phase): void {
    if (this.#phase === phase) return;
    const failed = this.#phase === 'failed';
    const message = failed ? 'must be aborted before anything else' : `cannot do this: it is ${this.#phase}, not ${phase}`;
    throw new MillraceError(failed ? 'transaction_aborted' : 'engine_defect', `The transaction of '${this.#id}' ${message}.`);
  }
}

const plain = ({ topic, partition, offset, metadata }: CommittedOffset): CommittedOffset => ({ topic, partition, offset, metadata });
