import { DDSketch } from '@datadog/sketches-js';
import type { InvertibleAggregate } from '../../pipeline/core/aggregate.ts';
import type { ByteReader, ByteWriter } from '../../pipeline/core/bytes.ts';
import { MillraceError } from '../../pipeline/core/errors.ts';
import { checkNumber } from './check-number.ts';

/** How exact the sketch is. */
export interface QuantileOptions {
  /** By how much a quantile may be off, relative to its value; 0.01 if left out. */
  readonly relativeError?: number;
}

/** Counts by key. What is used of the library's store, whose own types name a package that does not come with it. */
interface Bins {
  readonly bins: ReadonlyArray<number>;
  readonly offset: number;
  readonly count: number;
  add(key: number, weight: number): void;
  copy(other: Bins): void;
}

/** What is used of the library's sketch. */
interface Sketch {
  zeroCount: number;
  count: number;
  readonly store: Bins;
  readonly negativeStore: Bins;
  readonly mapping: { key(value: number): number };
  getValueAtQuantile(q: number): number;
}

const smallestTold = 1e-9;
const largestTold = 1e15;

/**
 * Quantiles by name, each within `relativeError` (1 %) of the true one; null of nothing. The q-quantile of n numbers is the one of rank
 * floor(q (n − 1)).
 *
 * A DDSketch (Masson, Rim and Lee, VLDB 2019): counts per bin of logarithmic width, so free of order, mergeable and invertible. Magnitudes below
 * 1e-9 count as zero, those beyond 1e15 as 1e15: that bounds it to some 2,800 bins of either sign at 1 %. Refuses as `bad_number` what is not finite.
 *
 * @example of(versioned('latency', (inference: Inference) => inference.latency_ms), quantiles({ p50: 0.5, p99: 0.99 }))
 */
export const quantiles = <Name extends string>(
  wanted: Readonly<Record<Name, number>>,
  { relativeError = 0.01 }: QuantileOptions = {},
): InvertibleAggregate<number, Sketch, Readonly<Record<Name, number | null>>> => {
  checkOptions(wanted, relativeError);
  const zero = (): Sketch => new DDSketch({ relativeAccuracy: relativeError });
  const names = Object.entries(wanted).map(([name, q]) => `${name}=${String(q)}`);
  return Object.freeze<InvertibleAggregate<number, Sketch, Readonly<Record<Name, number | null>>>>({
    name: `quantiles(${names.join(', ')}; ${relativeError})`,
    layout: `ddsketch(${relativeError})`,
    invertible: true,
    zero,
    copy: (acc) => copied(zero(), acc),
    check: (value) => checkNumber(value, 'quantiles', Number.MAX_VALUE),
    add: (acc, value) => weighed(acc, value, 1),
    subtract: (acc, value) => weighed(acc, value, -1),
    merge: merged,
    result: (acc) => mapped(wanted, (q) => (acc.count === 0 ? null : acc.getValueAtQuantile(q))),
    write,
    read: (from) => read(zero(), from),
  });
};

const checkOptions = (wanted: Readonly<Record<string, number>>, relativeError: number): void => {
  const bad = Object.entries(wanted).find(([, q]) => !(q >= 0 && q <= 1));
  if (bad !== undefined) throw new MillraceError('bad_topology', `quantiles: ${bad[0]} is ${bad[1]}; a quantile is from 0 to 1`);
  if (!(relativeError > 0 && relativeError < 1))
    throw new MillraceError('bad_topology', `quantiles: a relative error of ${relativeError} is not between 0 and 1`);
};

/** Not `accept`, which takes no negative weight and keeps a plain sum that would depend on the order. */
const weighed = (sketch: Sketch, value: number, weight: 1 | -1): Sketch => {
  const size = Math.min(Math.abs(value), largestTold);
  if (size < smallestTold) sketch.zeroCount += weight;
  else (value > 0 ? sketch.store : sketch.negativeStore).add(sketch.mapping.key(size), weight);
  sketch.count += weight;
  return sketch;
};

const copied = (copy: Sketch, sketch: Sketch): Sketch => {
  copy.store.copy(sketch.store);
  copy.negativeStore.copy(sketch.negativeStore);
  copy.zeroCount = sketch.zeroCount;
  copy.count = sketch.count;
  return copy;
};

/** Not the library's own `merge`: it leaves negative numbers out, and loses bins where the highest key of the other side is 0. */
const merged = (sketch: Sketch, other: Sketch): Sketch => {
  for (const [key, n] of held(other.store)) sketch.store.add(key, n);
  for (const [key, n] of held(other.negativeStore)) sketch.negativeStore.add(key, n);
  sketch.zeroCount += other.zeroCount;
  sketch.count += other.count;
  return sketch;
};

/** Only bins that hold something, by key: how the library happens to have laid them out does not show. */
const held = ({ bins, offset }: Bins): ReadonlyArray<readonly [key: number, n: number]> => {
  const found: (readonly [number, number])[] = [];
  for (let at = 0; at < bins.length; at++) {
    const n = bins[at] ?? 0;
    if (n !== 0) found.push([at + offset, n]);
  }
  return found;
};

const write = (sketch: Sketch, to: ByteWriter): void => {
  to.integer(sketch.zeroCount);
  writeBins(sketch.store, to);
  writeBins(sketch.negativeStore, to);
};

const writeBins = (bins: Bins, to: ByteWriter): void => {
  const found = held(bins);
  to.integer(found.length);
  for (const [key, n] of found) to.integer(key).integer(n);
};

const read = (sketch: Sketch, from: ByteReader): Sketch => {
  sketch.zeroCount = from.integer();
  readBins(sketch.store, from);
  readBins(sketch.negativeStore, from);
  sketch.count = sketch.zeroCount + sketch.store.count + sketch.negativeStore.count;
  return sketch;
};

const readBins = (bins: Bins, from: ByteReader): void => {
  for (let left = from.integer(); left > 0; left--) bins.add(from.integer(), from.integer());
};

function mapped<Name extends string, V>(values: Readonly<Record<Name, number>>, change: (value: number) => V): Readonly<Record<Name, V>>;
function mapped<V>(values: Readonly<Record<string, number>>, change: (value: number) => V): Readonly<Record<string, V>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
}
