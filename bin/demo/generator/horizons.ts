import { micros } from './micros.ts';

/** Farthest distance of the event times of feedback and inference at which they match, in µs. */
export const reach = 24 * micros.hour;

/** How long after its event time feedback waits for its inference before it is an orphan, in µs of stream time. */
export const patience = 25 * micros.hour;

/**
 * What is kept clear around a horizon, in µs: stream time may lag the last event time by what lies between two records of a partition, and the two sides
 * of a join need not advance together. No generated record is nearer to a horizon than this.
 */
export const clearance = 4 * micros.hour;

/** Feedback with an event time up to this is sure to be an orphan, not still waiting, when the last inference began at `end`. */
export const lastSureOrphan = (end: number): number => end - patience - clearance;
