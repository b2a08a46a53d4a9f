import { MillraceError, messageOf } from '../../../pipeline/core/errors.ts';
import type { Clock } from '../../../pipeline/core/ports/clock.ts';
import type { Cluster, NewRecord, PlainProducer } from '../../../pipeline/core/ports/cluster.ts';
import type { Log } from '../../../pipeline/core/ports/log.ts';
import type { Budget } from './budget.ts';

/** Before a new producer is made in place of one that failed, in ms. */
const renewAfter = 500;

/** What a writer needs. */
export interface WriterPorts {
  readonly cluster: Pick<Cluster, 'producer'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly budget: Budget;
}

/** Whether another producer may succeed where this one did not: not if the record or its topic is at fault. */
const mayHeal = (error: unknown): boolean => error instanceof MillraceError && (error.retryable || error.code === 'fenced');

const sizeOf = ({ key, value }: NewRecord): number => (key?.length ?? 0) + (value?.length ?? 0);

/**
 * Writes records by an idempotent producer. Records that are written at one time share requests to the brokers.
 *
 * A producer that fails is replaced: its client gives up for good after some errors. What it has not written yet it goes on trying to.
 */
export class LogWriter {
  readonly #ports: WriterPorts;
  #producer: Promise<PlainProducer>;
  #isFailing = false;
  #isClosed = false;

  constructor(ports: WriterPorts, producer: PlainProducer) {
    this.#ports = ports;
    this.#producer = Promise.resolve(producer);
  }

  /** Resolves when all in-sync replicas have the record. When it rejects, the log may have it all the same. */
  async write(record: NewRecord): Promise<void> {
    const { budget } = this.#ports;
    const size = sizeOf(record);
    const current = this.#producer;
    budget.add(size);
    try {
      await (await current).send(record);
      this.#succeeded();
    } catch (error) {
      this.#failed(error, current, record.topic);
      throw error;
    } finally {
      budget.release(size);
    }
  }

  /** Waits until all that was written has been answered. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const producer = await this.#producer.catch(() => undefined);
    await producer?.close();
  }

  #succeeded(): void {
    if (this.#isFailing) this.#ports.log.info({}, 'the log takes records again');
    this.#isFailing = false;
  }

  /** Tells the first failure of a row only. */
  #failed(error: unknown, producer: Promise<PlainProducer>, topic: string): void {
    if (!this.#isFailing) this.#ports.log.error({ error: messageOf(error), topic }, 'the log does not take a record');
    this.#isFailing = true;
    if (!mayHeal(error) || this.#producer !== producer || this.#isClosed) return;
    this.#producer = this.#renewed(producer);
    // Those who write wait for it and tell its failure.
    this.#producer.catch(() => undefined);
  }

  async #renewed(failed: Promise<PlainProducer>): Promise<PlainProducer> {
    void failed.then((producer) => producer.close()).catch(() => undefined);
    await this.#ports.clock.sleep(renewAfter);
    return this.#ports.cluster.producer();
  }
}
