import type { Damage } from './message.ts';

/** One way to send bytes that a source cannot read. */
export interface WireSpoil {
  readonly code: string;
  /** Done to the bytes of a sound value; null if `raw` goes instead. */
  readonly damage: Damage | null;
  /** Bytes to be sent as they are; null if a sound value is damaged instead. */
  readonly raw: Buffer | null;
}

/** What a source refuses before it has a record, in the order of its checks. */
export const wireSpoils: ReadonlyArray<WireSpoil> = [
  { code: 'bad_magic', damage: null, raw: Buffer.from('{"inference_id":"4f1a","rating":4}') },
  { code: 'bad_magic', damage: null, raw: Buffer.from([1, 0, 0, 0, 1, 2, 3]) },
  { code: 'not_decodable', damage: null, raw: Buffer.from([0, 0, 0]) },
  { code: 'unknown_schema_id', damage: null, raw: Buffer.from([0, 0x7f, 0xff, 0xff, 0xff, 2, 4, 6]) },
  { code: 'not_decodable', damage: 'cut', raw: null },
  { code: 'not_decodable', damage: 'appended', raw: null },
  { code: 'not_decodable', damage: 'foreign_schema', raw: null },
];

/** Event times that a source refuses, in µs: the first just before the year 2000, the last far past any clock. */
export const badTimes: ReadonlyArray<number> = [946_684_799_999_999, 0, -1, 4_102_444_800_000_000];
