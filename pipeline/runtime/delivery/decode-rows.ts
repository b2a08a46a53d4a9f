import { MillraceError, messageOf } from '../../core/errors.ts';
import type { LogRecord } from '../../core/ports/cluster.ts';
import type { DeliveryBatch } from '../../core/ports/delivery.ts';
import type { WireDecoder } from '../../core/ports/wire.ts';

/** Sees to it that the decoder knows the writer's schema of each record. `learn` may wait and throw. */
export const learnSchemas = async (
  records: ReadonlyArray<LogRecord>,
  decoder: WireDecoder<unknown>,
  learn: (id: number) => Promise<void>,
): Promise<void> => {
  for (const { value } of records) {
    const id = value === null ? undefined : decoder.unknownId(value);
    if (id !== undefined) await learn(id);
  }
};

/** The rows of these records. Throws `delivery_refused` naming the offset of the first that is none. */
export const decodeRows = <T>(records: ReadonlyArray<LogRecord>, decoder: WireDecoder<T>): DeliveryBatch<T>['rows'] =>
  records.map((record) => ({ offset: record.offset, value: decodeRow(record, decoder), key: record.key }));

const decodeRow = <T>({ offset, value }: LogRecord, decoder: WireDecoder<T>): T => {
  if (value === null) throw new MillraceError('delivery_refused', `the record at offset ${offset} is a tombstone, which is no row`);
  try {
    return decoder.decode(value);
  } catch (error) {
    throw new MillraceError('delivery_refused', `the record at offset ${offset}: ${messageOf(error)}`, error);
  }
};
