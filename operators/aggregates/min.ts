import type { Aggregate } from '../../pipeline/core/aggregate.ts';
import { extreme } from './extreme.ts';

/**
 * The smallest number; null of nothing. Not invertible: what was second is not known any more. Refuses what is not finite as `bad_number`.
 *
 * @example of(versioned('latency', (inference: Inference) => inference.latency_ms), min())
 */
export const min = (): Aggregate<number, number, number | null> => smallest;

const smallest = extreme('min', Math.min, Infinity);
