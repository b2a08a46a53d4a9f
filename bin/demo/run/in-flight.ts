import type { TopicPartition } from '../../../pipeline/core/ports/cluster.ts';

interface Unread {
  readonly offset: number;
  readonly bytes: number;
}

interface Lane {
  readonly at: TopicPartition;
  /** In the order of offsets; what lies before `first` has been read. */
  unread: Unread[];
  first: number;
  /** Records sent whose place is not known yet, and the bytes of all that is not read. */
  pending: number;
  bytes: number;
}

/** How much may lie unread in one partition. */
export interface FlightLimit {
  readonly records: number;
  readonly bytes: number;
}

const keyOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;

/** Counts what has been sent to each partition and has not been committed by its reader. */
export class InFlight {
  readonly #limit: FlightLimit;
  readonly #lanes = new Map<string, Lane>();

  constructor(limit: FlightLimit) {
    this.#limit = limit;
  }

  /** Whether one more record may go there. */
  hasRoom(at: TopicPartition): boolean {
    const lane = this.#lanes.get(keyOf(at));
    if (lane === undefined) return true;
    return lane.pending + lane.unread.length - lane.first < this.#limit.records && lane.bytes < this.#limit.bytes;
  }

  sending(at: TopicPartition, bytes: number): void {
    const lane = this.#lane(at);
    lane.pending += 1;
    lane.bytes += bytes;
  }

  sent(at: TopicPartition, offset: number, bytes: number): void {
    const lane = this.#lane(at);
    lane.pending -= 1;
    lane.unread.push({ offset, bytes });
  }

  /** The reader has committed up to this offset. */
  committed(at: TopicPartition, offset: number): void {
    const lane = this.#lane(at);
    for (let next = lane.unread[lane.first]; next !== undefined && next.offset < offset; next = lane.unread[lane.first]) {
      lane.bytes -= next.bytes;
      lane.first += 1;
    }
    if (lane.first * 2 <= lane.unread.length) return;
    lane.unread = lane.unread.slice(lane.first);
    lane.first = 0;
  }

  /** The partitions that anything was sent to. */
  get partitions(): ReadonlyArray<TopicPartition> {
    return [...this.#lanes.values()].map(({ at }) => at);
  }

  /** Records that are not committed by their reader. */
  get records(): number {
    return [...this.#lanes.values()].reduce((sum, { pending, unread, first }) => sum + pending + unread.length - first, 0);
  }

  #lane(at: TopicPartition): Lane {
    const found = this.#lanes.get(keyOf(at));
    if (found !== undefined) return found;
    const lane = { at, unread: [], first: 0, pending: 0, bytes: 0 };
    this.#lanes.set(keyOf(at), lane);
    return lane;
  }
}
