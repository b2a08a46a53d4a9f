import { MillraceError } from '../../core/errors.ts';
import type { LogRecord, PlainProducer } from '../../core/ports/cluster.ts';
import type { RefusedRow } from '../../core/ports/delivery.ts';
import { deadLetterOf } from '../dead-letter.ts';

/** Where the rows go that a receiver refuses, and which node they are of. */
export interface DeadLetters {
  readonly topic: string;
  readonly node: string;
  readonly producer: PlainProducer;
}

/**
 * Writes the records behind refused rows to the delivery's dead letter, as they were, with the reason in headers. Resolves when all replicas
 * have them. Repeated after a crash: a dead letter then holds a record twice, with the same coordinates.
 *
 * @throws MillraceError `delivery_refused` naming the first if the delivery has no dead letter.
 */
export const writeDeadLetters = async (
  to: DeadLetters | undefined,
  records: ReadonlyArray<LogRecord>,
  refused: ReadonlyArray<RefusedRow>,
): Promise<void> => {
  const [first] = refused;
  if (first === undefined) return;
  if (to === undefined) throw new MillraceError('delivery_refused', `the record at offset ${first.offset}: ${first.rule}: ${first.detail}`);
  const byOffset = new Map(records.map((record) => [record.offset, record]));
  for (const { offset, rule, detail } of refused) {
    const record = byOffset.get(offset);
    if (record === undefined) throw new MillraceError('engine_defect', `offset ${offset} was refused, which is not of the batch`);
    await to.producer.send(deadLetterOf(to.topic, record, { node: to.node, rule, detail }));
  }
};
