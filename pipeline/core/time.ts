/** Durations are ms; these build them so that a declaration reads as it is meant. */
export const seconds = (n: number): number => n * 1_000;
/** `n` minutes in ms. */
export const minutes = (n: number): number => n * 60_000;
/** `n` hours in ms. */
export const hours = (n: number): number => n * 3_600_000;
/** `n` days of 24 hours in ms. */
export const days = (n: number): number => n * 86_400_000;

/** Stream time before anything has been seen. */
export const beginning = Number.NEGATIVE_INFINITY;

/** 2000-01-01 UTC: an event time before it is taken for a mistake (seconds for milliseconds, a clock that was never set). */
export const earliestEventTime = Date.UTC(2000, 0, 1);
