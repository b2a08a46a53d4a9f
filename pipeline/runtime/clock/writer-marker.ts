import type { Headers, LogRecord, NewRecord } from '../../core/ports/cluster.ts';
import { headerNames, headerOf } from '../headers.ts';

/** What an upstream task says of its clock in an internal topic. */
export interface WriterMarker {
  /** The partition of the upstream sub-topology whose task speaks. */
  readonly writer: number;
  /** Its stream time in ms; -Infinity while it has seen nothing. */
  readonly time: number;
  /** Whether it is quiet and holds nobody back. */
  readonly excluded: boolean;
}

/** The marker as a record for one partition of the internal topic. */
export const markerRecord = (
  topic: string,
  partition: number,
  { writer, time, excluded }: WriterMarker,
): NewRecord & { readonly headers: Headers } => ({
  topic,
  partition,
  key: null,
  value: null,
  headers: [{ [headerNames.marker]: Buffer.from(`${writer},${time},${excluded ? 1 : 0}`) }],
});

/** The marker that a record of an internal topic carries, if it is one. */
export const markerOf = (record: LogRecord): WriterMarker | undefined => {
  if (record.value !== null) return undefined;
  const header = headerOf(record.headers, headerNames.marker);
  if (header === undefined) return undefined;
  const [writer, time, excluded] = header.toString().split(',');
  return { writer: Number(writer), time: Number(time), excluded: excluded === '1' };
};
