/** Lengths of time in microseconds, the unit of every time in the records. */
export const micros = { millisecond: 1e3, second: 1e6, minute: 60e6, hour: 3_600e6, day: 86_400e6 } as const;
