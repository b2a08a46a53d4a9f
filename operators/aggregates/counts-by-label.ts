import type { Aggregate, InvertibleAggregate } from '../../pipeline/core/aggregate.ts';
import type { ByteReader, ByteWriter } from '../../pipeline/core/bytes.ts';

/** Counts of single labels, and of all others together. */
export interface LabelTally {
  readonly counts: Map<string, number>;
  other: number;
}

/** The counts as data: labels in code-unit order. */
export interface LabelCounts {
  readonly counts: Readonly<Record<string, number>>;
  readonly other: number;
}

/** At most so many labels are counted singly; with `lasting`, labels may be taken out again. */
interface Limit {
  readonly limit: number;
  readonly lasting?: boolean;
}

/** Which labels are counted singly: those that are named, or at most so many. */
export type LabelBound = { readonly labels: ReadonlyArray<string> } | Limit;

/**
 * Counts labels one by one, in bounded room; the rest are counted together as `other`. Exact in any order and grouping.
 *
 * With `labels` these are counted and it is invertible. With `limit` those labels are that come first in code-unit order, whatever the
 * order of arrival; once the limit was passed a label may have been merged into `other`, so this form is not invertible. With `lasting`,
 * too, a label can be taken out again: the counts are those of what is left, but which labels are counted singly goes by all that ever came.
 *
 * @example countsByLabel({ labels: ['yes', 'no'] })
 */
export function countsByLabel(
  bound: { readonly labels: ReadonlyArray<string> } | { readonly limit: number; readonly lasting: true },
): InvertibleAggregate<string, LabelTally, LabelCounts>;
export function countsByLabel(bound: { readonly limit: number }): Aggregate<string, LabelTally, LabelCounts>;
export function countsByLabel(bound: LabelBound): Aggregate<string, LabelTally, LabelCounts> {
  return 'labels' in bound ? countsOf(new Set(bound.labels)) : countsUpTo(bound);
}

type Count = (tally: LabelTally, label: string, by: number) => LabelTally;

const countsOf = (labels: ReadonlySet<string>): InvertibleAggregate<string, LabelTally, LabelCounts> => {
  const count: Count = (tally, label, by) => {
    if (!labels.has(label)) tally.other += by;
    else setOrDrop(tally.counts, label, (tally.counts.get(label) ?? 0) + by);
    return tally;
  };
  return {
    ...common(`countsByLabel(${[...labels].sort().join(', ')})`, count),
    invertible: true,
    subtract: (acc, label) => count(acc, label, -1),
  };
};

const countsUpTo = ({ limit, lasting = false }: Limit): Aggregate<string, LabelTally, LabelCounts> => {
  const count: Count = (tally, label, by) => {
    const known = tally.counts.get(label);
    if (known !== undefined || tally.counts.size < limit) tally.counts.set(label, (known ?? 0) + by);
    else displace(tally, label, by);
    return tally;
  };
  if (!lasting) return { ...common(`countsByLabel(first ${limit})`, count), invertible: false };
  return {
    ...common(`countsByLabel(first ${limit}, lasting)`, count),
    invertible: true,
    subtract: (acc, label) => {
      const known = acc.counts.get(label);
      if (known === undefined) acc.other -= 1;
      else acc.counts.set(label, known - 1);
      return acc;
    },
  };
};

const common = (name: string, count: Count): Omit<Aggregate<string, LabelTally, LabelCounts>, 'invertible' | 'subtract'> => ({
  name,
  layout: 'label counts',
  zero: () => ({ counts: new Map(), other: 0 }),
  copy: (acc) => ({ counts: new Map(acc.counts), other: acc.other }),
  add: (acc, label) => count(acc, label, 1),
  merge: (acc, other) => {
    for (const [label, by] of other.counts) count(acc, label, by);
    acc.other += other.other;
    return acc;
  },
  result: (acc) => ({ counts: Object.fromEntries(sorted(acc).filter(([, n]) => n !== 0)), other: acc.other }),
  write,
  read,
});

const setOrDrop = (counts: Map<string, number>, label: string, n: number): void => {
  if (n === 0) counts.delete(label);
  else counts.set(label, n);
};

/** The label that comes last gives way. It can never come back: the labels before it only become more. */
const displace = (tally: LabelTally, label: string, by: number): void => {
  let last = label;
  for (const known of tally.counts.keys()) if (known > last) last = known;
  tally.other += last === label ? by : (tally.counts.get(last) ?? 0);
  if (last === label) return;
  tally.counts.delete(last);
  tally.counts.set(label, by);
};

const sorted = (tally: LabelTally): ReadonlyArray<readonly [string, number]> => [...tally.counts].sort(([a], [b]) => (a < b ? -1 : 1));

const write = (tally: LabelTally, to: ByteWriter): void => {
  to.integer(tally.other).integer(tally.counts.size);
  for (const [label, n] of sorted(tally)) to.string(label).integer(n);
};

const read = (from: ByteReader): LabelTally => {
  const tally: LabelTally = { counts: new Map(), other: from.integer() };
  for (let left = from.integer(); left > 0; left--) tally.counts.set(from.string(), from.integer());
  return tally;
};
