import { Cursor } from './cursor.ts';

/** The requests of a transaction; `commit` and `abort` are both EndTxn. */
export type TransactionApi = 'produce' | 'initProducerId' | 'addPartitions' | 'addOffsets' | 'offsetCommit' | 'commit' | 'abort';

/** A request as far as the proxy looks into it. */
export interface Request {
  /** Undefined if it is of no transaction. */
  readonly api: TransactionApi | undefined;
  readonly key: number;
  readonly version: number;
  readonly correlation: number;
  readonly frame: Buffer;
  /** Where its body begins, if its header has no tagged fields. */
  readonly body: number;
}

/** Kafka's numbers of the requests that are looked into. */
export const apiKeys = { produce: 0, apiVersions: 18, initProducerId: 22, addPartitions: 24, addOffsets: 25, endTxn: 26, offsetCommit: 28 };

const byKey: ReadonlyMap<number, TransactionApi> = new Map([
  [apiKeys.produce, 'produce'],
  [apiKeys.initProducerId, 'initProducerId'],
  [apiKeys.addPartitions, 'addPartitions'],
  [apiKeys.addOffsets, 'addOffsets'],
  [apiKeys.offsetCommit, 'offsetCommit'],
]);

/** Transactional id, producer id and epoch come before what is wanted. */
const endOf = (frame: Buffer, body: number): TransactionApi => {
  const cursor = new Cursor(frame, body);
  cursor.text();
  cursor.skip(8 + 2);
  return frame.readInt8(cursor.at) === 0 ? 'abort' : 'commit';
};

/** Reads the header of a request. */
export const readRequest = (frame: Buffer): Request => {
  const cursor = new Cursor(frame);
  const [key, version, correlation] = [cursor.int16(), cursor.int16(), cursor.int32()];
  cursor.text();
  const body = cursor.at;
  const api = key === apiKeys.endTxn ? endOf(frame, body) : byKey.get(key);
  return { api, key, version, correlation, frame, body };
};
