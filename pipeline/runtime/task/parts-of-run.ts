import type { Chunk, StreamRecord } from '../../core/chunk.ts';
import type { Aim } from '../redrive/aim.ts';
import type { Run } from './run.ts';

/** A part of a run that takes one way through the nodes. `node`: the one that it is redriven to. */
export interface RunPart {
  readonly chunk: Chunk<unknown>;
  readonly node: string | undefined;
}

type Records = ReadonlyArray<StreamRecord<unknown>>;

const nodeOf = (aims: ReadonlyMap<unknown, Aim>, record: StreamRecord<unknown> | undefined): string | undefined => aims.get(record)?.node;

/** Where the records of one way begin. */
const beginnings = (records: Records, aims: ReadonlyMap<unknown, Aim>): ReadonlyArray<number> =>
  [...records.keys()].filter((at) => at === 0 || nodeOf(aims, records[at]) !== nodeOf(aims, records[at - 1]));

/**
 * A run as chunks, in order: one if nothing in it is redriven. A part that others follow ends at the stream time just before these, so
 * that it closes nothing for which they still have records.
 */
export const partsOf = (records: Records, aims: Run['aims'], streamTime: number): ReadonlyArray<RunPart> => {
  if (records.length === 0) return [];
  if (aims === undefined) return [{ chunk: { streamTime, signal: 'none', records }, node: undefined }];
  const begins = beginnings(records, aims);
  return begins.map((begin, nth) => {
    const end = begins[nth + 1];
    const until = end === undefined ? streamTime : (records[end]?.asOf ?? streamTime);
    return { chunk: { streamTime: until, signal: 'none', records: records.slice(begin, end) }, node: nodeOf(aims, records[begin]) };
  });
};
