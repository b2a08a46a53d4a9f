import type { Aggregate } from '../../pipeline/core/aggregate.ts';
import { extreme } from './extreme.ts';

/**
 * The largest number; null of nothing. Not invertible: what was second is not known any more. Refuses what is not finite as `bad_number`.
 *
 * @example of(versioned('latency', (inference: Inference) => inference.latency_ms), max())
 */
export const max = (): Aggregate<number, number, number | null> => largest;

const largest = extreme('max', Math.max, -Infinity);
