import type { Path } from '../../pipeline/core/key.ts';
import type { RecordType } from '../../pipeline/core/record-type.ts';

/** How two records met. */
export interface Meeting {
  /** Event time of the left record less that of the right one, ms; negative if the left one happened first. */
  readonly lag: number;
  /** The left record had been given up as an orphan before. */
  readonly late: boolean;
}

/** How long a left record waited in vain. */
export interface Orphaned {
  /** When it was given up, ms of stream time. */
  readonly orphanedAt: number;
  /** Until when a right record is still matched with it, ms of stream time. */
  readonly attributableUntil: number;
}

/** What a join keeps of a right record: as little as `match` needs. */
export interface Carry<Right, Carried> {
  readonly type: RecordType<Carried>;
  /** Pure. */
  readonly project: (right: Right) => Carried;
}

/** How `join` matches, what it keeps and what it makes. The functions must be pure. */
export interface JoinOptions<Left, Right, Carried, Out, Orphan, K extends Path<Left>, Gives extends Path<Out>> {
  /** The fields of a left record that name its right one. The left stream's partition key must be among them. */
  readonly on: ReadonlyArray<K>;
  /** The fields of a right record that hold the same, position by position. */
  readonly rightOn: ReadonlyArray<Path<Right>>;
  /** How far apart the event times of two records may be that match, ms. */
  readonly within: number;
  /** How late either side may be, ms of stream time. */
  readonly lateness: number;
  /** How long an orphan can still be matched after it was given up, ms of stream time; 30 days if left out. */
  readonly orphanFor?: number;
  /** How many left records may wait under one key; 256 if left out. More are rejected as `too_many_waiting`. */
  readonly mostWaiting?: number;
  /** How a left record is written while it waits. */
  readonly left: RecordType<Left>;
  readonly carry: Carry<Right, Carried>;
  /** Makes one of what was kept of two right records under one key. Left out, the first stays and later ones are counted as `repeated`. */
  readonly combine?: (kept: Carried, next: Carried) => Carried;
  /** Makes the output of a left record and what was kept of its right one. */
  readonly match: (left: Left, carried: Carried, meeting: Meeting) => Out;
  /** Makes what leaves by the `orphans` port of a left record that was given up. */
  readonly orphan: (left: Left, orphaned: Orphaned) => Orphan;
  /** How the output is written; needed if the stream is to be repartitioned next. */
  readonly output?: RecordType<Out>;
  /** Where the partition key stands in the output, position by position; as before if left out. */
  readonly keyed?: ReadonlyArray<Gives>;
}
