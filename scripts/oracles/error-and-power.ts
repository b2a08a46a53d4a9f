import type { Rule } from '../../operators/decide/rule.ts';
import { sequentialVsBaseline } from '../../operators/decide/sequential-vs-baseline.ts';
import { noSums } from '../../operators/decide/sums.ts';
import { effectOf } from '../../operators/statistics/effect.ts';
import { seeded } from '../../pipeline/testing/seeded.ts';
import { atLeast, atMost, median, medianOf, type Extent, type Oracle } from './oracle.ts';
import { rateOf, shipped, shippedRule, trial, type Terms } from './trial.ts';

const looks = 200;
const each = 100;
const perArm = looks * each;

/** One line of the table: terms against a candidate's rate, the baseline's being .10. */
export interface PowerRow {
  readonly terms: string;
  readonly rate: number;
  readonly runs: number;
  /** The share of the runs in which there was a rollback. */
  readonly found: number;
  /** After how many observations an arm, in half of the runs with a rollback; null where there was none. */
  readonly median: number | null;
}

const lookingEvery = { ...shipped, lookEvery: each };

/** Terms of the table: the default policy, its rule alone (one failure is enough), and the one-sided sequence. */
const terms: Readonly<Record<string, Terms>> = {
  shipped: { rule: shippedRule, numbers: lookingEvery },
  'one look': { rule: shippedRule, numbers: { ...lookingEvery, breach: { failures: 1, of: 1 } } },
  'one-sided': { rule: sequentialVsBaseline({ oneSided: true }), numbers: lookingEvery },
};

/** What people often do, for comparison: one-sided z above 1.645 at any look. It controls no error. */
const plainZ: Rule = {
  name: 'z above 1.645',
  params: {},
  needsBaseline: true,
  judge: ({ candidate, baseline = noSums }) => {
    const effect = effectOf({ baseline, candidate, measure: 'proportion', scale: 'absolute' });
    if ('verdict' in effect) return { ...effect, effect: 0, threshold: 1.645, harm: 0 };
    const z = effect.estimate / Math.sqrt(effect.variance);
    return { verdict: z > 1.645 ? 'failure' : 'success', effect: z, threshold: 1.645, harm: effect.estimate, reason: 'z' };
  },
};

const plain = 'z above 1.645';

const allTerms: Readonly<Record<string, Terms>> = {
  ...terms,
  [plain]: { rule: plainZ, numbers: { ...lookingEvery, breach: { failures: 1, of: 1 } } },
};

/** After how many observations an arm the candidate is rolled back; undefined if never. */
const rolledBackAt = (random: () => number, of: Terms, rate: number): number | undefined => {
  const isOver = trial(of);
  let [bad, usual] = [0, 0];
  for (let n = each; n <= perArm; n += each) {
    for (let at = 0; at < each; at += 1) {
      if (random() < 0.1) usual += 1;
      if (random() < rate) bad += 1;
    }
    if (isOver({ baseline: rateOf(usual, n), candidate: rateOf(bad, n) })) return n;
  }
  return undefined;
};

interface Measured extends PowerRow {
  readonly values: ReadonlyArray<number>;
}

const measured = (name: string, rate: number, { seed, runs }: { readonly seed: number; readonly runs: number }): Measured => {
  const random = seeded(seed);
  const of = allTerms[name] ?? { rule: shippedRule, numbers: shipped };
  const values: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const at = rolledBackAt(random, of, rate);
    if (at !== undefined) values.push(at);
  }
  values.sort((a, b) => a - b);
  return { terms: name, rate, runs, found: values.length / runs, median: values.length === 0 ? null : medianOf(values), values };
};

/** Published medians, per rate of the candidate. They were seen at a single look, and only ever at a hundred: the truth lies in the hundred before. */
const published: ReadonlyArray<readonly [rate: number, median: number]> = [
  [0.13, 1900],
  [0.15, 800],
  [0.2, 400],
];

/** Error and power of the default rule, with the table of them. */
export interface ErrorAndPower {
  readonly oracles: ReadonlyArray<Oracle>;
  readonly falseRollbackRate: number;
  readonly table: ReadonlyArray<PowerRow>;
}

/** How often versions that are alike are rolled back within 20,000 observations an arm and 200 looks, and how soon worse ones are. */
export const errorAndPower = ({ seed, runs, progress }: Extent): ErrorAndPower => {
  const rows = Object.keys(terms).flatMap((name, index) => {
    progress(`false rollbacks and power, ${name}`);
    const alike = measured(name, 0.1, { seed: seed + index, runs });
    return [alike, ...published.map(([rate]) => measured(name, rate, { seed: seed + index, runs: Math.ceil(runs / 5) }))];
  });
  const at = (name: string, rate: number): Measured =>
    rows.find((row) => row.terms === name && row.rate === rate) ?? measured(name, rate, { seed, runs });
  const falseRollbackRate = at('shipped', 0.1).found;
  return {
    falseRollbackRate,
    table: [...rows, measured(plain, 0.1, { seed, runs })].map(({ values: _, ...row }) => row),
    oracles: [
      ...Object.keys(terms).map((name) => atMost(`false rollbacks, .10 against .10, ${name}`, 0.05, at(name, 0.1).found)),
      ...Object.keys(terms).flatMap((name) =>
        published.map(([rate]) => atLeast(`share found, .10 against ${rate}, ${name}`, 1, at(name, rate).found)),
      ),
      ...published.map(([rate, figure]) =>
        median(`observations an arm, .10 against ${rate}, one look`, figure, { values: at('one look', rate).values, below: each }),
      ),
    ],
  };
};
