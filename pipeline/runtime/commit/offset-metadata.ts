/** What a task notes beside each committed offset, so that whoever goes on has the clocks and counters that it had. */
export interface OffsetNote {
  /** The partition clock, as it saves itself. */
  readonly clock: string;
  /** The task's stream time in ms; -Infinity before the first. */
  readonly streamTime: number;
  /** Records seen and rejected since the last full thousand, and rejects in a row. */
  readonly rejects: readonly [seen: number, rejected: number, consecutive: number];
}

const version = 'm1';

/** The note as offset metadata, which Kafka limits to 4,096 bytes. */
export const writeNote = ({ clock, streamTime, rejects }: OffsetNote): string => [version, streamTime, rejects.join(','), clock].join(';');

/** Reads a note back; undefined if another program committed the offset. */
export const readNote = (metadata: string): OffsetNote | undefined => {
  const [tag, time, rejects, clock] = metadata.split(';');
  if (tag !== version || time === undefined || rejects === undefined || clock === undefined) return undefined;
  const [seen = 0, rejected = 0, consecutive = 0] = rejects.split(',').map(Number);
  return { clock, streamTime: Number(time), rejects: [seen, rejected, consecutive] };
};
