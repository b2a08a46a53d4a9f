import { pathReader, type Versioned } from '../../pipeline/core/key.ts';
import { earliestEventTime } from '../../pipeline/core/time.ts';

/** Where a window's time is read: at a path, by a function with a version, or (undefined) from the record itself. */
export type TimeChoice<T> = string | Versioned<(value: T) => number | null | undefined> | undefined;

/** Reads the time that chooses a value's window, in ms. Undefined: the record's own time is meant. */
export type TimeReader<T> = ((value: T) => number | null | undefined) | undefined;

const readMicros = (path: string): ((value: unknown) => number | undefined) => {
  const read = pathReader(path);
  return (value) => {
    const micros = read(value);
    const time = typeof micros === 'number' ? Math.floor(micros / 1000) : undefined;
    return time === undefined || time < earliestEventTime ? undefined : time;
  };
};

/**
 * A field at a path is a timestamp-micros, as all times in Millrace's schemas; before the year 2000 it counts as missing, so a field in
 * another unit is refused and not silently taken for 1970.
 */
export const timeReader = <T>(time: TimeChoice<T>): TimeReader<T> => (typeof time === 'string' ? readMicros(time) : time?.of);
