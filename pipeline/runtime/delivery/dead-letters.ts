import { MillraceError } from '../../core/errors.ts';
import type { Cluster, LogRecord, PlainProducer } from '../../core/ports/cluster.ts';
import type { RefusedRow } from '../../core/ports/delivery.ts';
import { deadLetterOf } from '../dead-letter.ts';
import type { DeliveryOptions } from './delivery-options.ts';

/** Where a delivery puts the rows that its receiver refuses. Its producer is opened by the first: most receivers refuse nothing. */
export class DeadLetters {
  readonly #options: Pick<DeliveryOptions, 'deadLetter' | 'node'>;
  readonly #cluster: Pick<Cluster, 'producer'>;
  #opening: Promise<PlainProducer> | undefined;

  constructor(options: Pick<DeliveryOptions, 'deadLetter' | 'node'>, cluster: Pick<Cluster, 'producer'>) {
    this.#options = options;
    this.#cluster = cluster;
  }

  /**
   * Writes the records behind refused rows, as they were, with the reason in headers. Resolves when all replicas have them. Repeated after a
   * crash: the dead letter then holds a record twice, with the same coordinates.
   *
   * @throws MillraceError `delivery_refused` naming the first row if the delivery has no dead letter.
   */
  async write(records: ReadonlyArray<LogRecord>, refused: ReadonlyArray<RefusedRow>): Promise<void> {
    const { deadLetter: topic, node } = this.#options;
    const [first] = refused;
    if (first === undefined) return;
    if (topic === undefined)
      throw new MillraceError('delivery_refused', `the record at offset ${first.offset}: ${first.rule}: ${first.detail}`);
    const byOffset = new Map(records.map((record) => [record.offset, record]));
    const producer = await this.#producer();
    for (const { offset, rule, detail } of refused) {
      const record = byOffset.get(offset);
      if (record === undefined) throw new MillraceError('engine_defect', `offset ${offset} was refused, which is not of the batch`);
      await producer.send(deadLetterOf(topic, record, { node, rule, detail }));
    }
  }

  async close(): Promise<void> {
    await (await this.#opening?.catch(() => undefined))?.close();
  }

  /** One for all lanes; a failure to open is not kept. */
  #producer(): Promise<PlainProducer> {
    this.#opening ??= this.#cluster.producer().catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    });
    return this.#opening;
  }
}
