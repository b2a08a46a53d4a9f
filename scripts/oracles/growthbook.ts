import type { Sums } from '../../operators/decide/sums.ts';
import { sequenceHalfWidth } from '../../operators/statistics/confidence-sequence.ts';
import { effectOf, type Comparison, type Effect } from '../../operators/statistics/effect.ts';
import { tTest } from '../../operators/statistics/t-test.ts';
import { printed, type Oracle } from './oracle.ts';

/** The sums of GrowthBook's unit tests: A and B of a revenue, and two proportions. */
const sums = {
  a: { n: 3000, sum: 1396.87, sumSq: 52377.9767 },
  aLarger: { n: 3407, sum: 1396.87, sumSq: 52377.9767 },
  b: { n: 3461, sum: 2422.7, sumSq: 134698.29 },
} as const;

const rate = (sum: number, n: number): Sums => ({ n, sum, sumSq: sum });

const effect = (comparison: Comparison): Effect => {
  const found = effectOf(comparison);
  if ('verdict' in found) throw new Error(found.reason);
  return found;
};

/** The printed figures of an interval and what stands beside it. */
type Figures = Readonly<Record<string, readonly [figure: string, got: number]>>;

const named = (title: string, figures: Figures): ReadonlyArray<Oracle> =>
  Object.entries(figures).map(([what, [figure, got]]) => printed(`${title}: ${what}`, figure, got));

const sequential = (
  title: string,
  figures: readonly [string, string, string, string],
  of: Comparison & { readonly tunedFor: number },
): ReadonlyArray<Oracle> => {
  const found = effect(of);
  const half = sequenceHalfWidth(found, { alpha: 0.05, tunedFor: of.tunedFor });
  const [estimate, low, high, sd] = figures;
  return named(title, {
    effect: [estimate, found.estimate],
    low: [low, found.estimate - half],
    high: [high, found.estimate + half],
    sd: [sd, Math.sqrt(found.variance)],
  });
};

const fixed = (title: string, figures: readonly [string, string, string], of: Comparison): ReadonlyArray<Oracle> => {
  const found = tTest(effect(of));
  const [low, high, p] = figures;
  return named(title, { low: [low, found.low], high: [high, found.high], p: [p, found.p] });
};

/** The values of GrowthBook's unit tests (packages/stats/tests/frequentist in growthbook/growthbook). */
export const growthbookOracles = (): ReadonlyArray<Oracle> => [
  ...sequential('sequence, means, N* 1000, relative', ['.50336', '-.55844', '1.56516', '.33341'], {
    baseline: sums.a,
    candidate: sums.b,
    measure: 'mean',
    scale: 'relative',
    tunedFor: 1000,
  }),
  ...sequential('sequence, proportions, N* 5000, relative', ['.50386', '.40098', '.60675', '.03386'], {
    baseline: rate(1396, 3000),
    candidate: rate(2422, 3461),
    measure: 'proportion',
    scale: 'relative',
    tunedFor: 5000,
  }),
  ...fixed('t-test, means, relative', ['-.03526', '1.44989', '.06191'], {
    baseline: sums.aLarger,
    candidate: sums.b,
    measure: 'mean',
    scale: 'relative',
  }),
  ...fixed('t-test, means, absolute', ['.04538', '.53462', '.02016'], {
    baseline: sums.aLarger,
    candidate: sums.b,
    measure: 'mean',
    scale: 'absolute',
  }),
  ...fixed('t-test, 14/28 against 16/30, relative', ['-.47767', '.61101', '.80707'], {
    baseline: rate(14, 28),
    candidate: rate(16, 30),
    measure: 'proportion',
    scale: 'relative',
  }),
];
