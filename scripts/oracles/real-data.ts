import { fileURLToPath } from 'node:url';
import { readData, type RealData } from '../../bin/demo/generator/read-data.ts';
import { policyNumbers } from '../../operators/decide/policy-numbers.ts';
import { sequenceHalfWidth } from '../../operators/statistics/confidence-sequence.ts';
import { effectOf } from '../../operators/statistics/effect.ts';
import { seeded } from '../../pipeline/testing/seeded.ts';
import { atMost, type Extent, type Oracle } from './oracle.ts';
import { policies } from '../../topologies/feedback/rollback/policies.ts';
import { rateOf, shippedRule, trial, type Arms, type Terms } from './trial.ts';

/** One observation of one of two arms; `isBad`: a wrong prediction, or an impression without a click. */
interface Observed {
  readonly at: number;
  readonly isCandidate: boolean;
  readonly isBad: boolean;
}

/** What came of two arms: after how many observations of the candidate it is rolled back, and how both stand at the end. */
interface Watched extends Arms {
  readonly rolledBackAt: number | undefined;
}

const policy = policies.accuracyRegression(() => 'oracles');

/** The policy of the shipped topology, but for the submitters: the data has none. */
const terms: Terms = { rule: policy.rule ?? shippedRule, numbers: policyNumbers({ ...policy, minSubmitters: 0 }) };

/** Watches the candidate record by record by the shipped policy, and goes on after a rollback. */
const watched = (observations: ReadonlyArray<Observed>): Watched => {
  const isOver = trial(terms);
  let [baseline, candidate] = [rateOf(0, 0), rateOf(0, 0)];
  let rolledBackAt: number | undefined;
  for (const { isCandidate, isBad } of observations) {
    const { n, sum } = isCandidate ? candidate : baseline;
    const next = rateOf(sum + (isBad ? 1 : 0), n + 1);
    if (isCandidate) candidate = next;
    else baseline = next;
    if (rolledBackAt === undefined && isOver({ baseline, candidate })) rolledBackAt = candidate.n;
  }
  return { baseline, candidate, rolledBackAt };
};

const byTime = (a: Observed, b: Observed): number => a.at - b.at;

/** Both classifiers since the second one came, every prediction answered. */
const digitsSideBySide = ({ digits }: RealData): ReadonlyArray<Observed> => {
  const all = digits.map(({ at, model_version, predicted, truth }) => ({
    at,
    isCandidate: model_version === 'digits-v2',
    isBad: predicted !== truth,
  }));
  const since = all.reduce((first, { at, isCandidate }) => (isCandidate ? Math.min(first, at) : first), Infinity);
  return all.filter(({ at }) => at >= since).sort(byTime);
};

/** The first classifier's predictions, each given to one of two arms by a coin. */
const replayedAsBoth = ({ digits }: RealData, seed: number): ReadonlyArray<Observed> => {
  const random = seeded(seed);
  return digits
    .filter(({ model_version }) => model_version === 'digits-v1')
    .sort((a, b) => a.at - b.at)
    .map(({ at, predicted, truth }) => ({ at, isCandidate: random() < 0.5, isBad: predicted !== truth }));
};

const bandit = (data: RealData, candidate: string): ReadonlyArray<Observed> =>
  data.bandit.map(({ at, policy, clicked }) => ({ at, isCandidate: policy === candidate, isBad: !clicked })).sort(byTime);

/** The difference of the click rates, candidate − baseline, and the interval that holds at any time. */
export interface BanditInterval {
  readonly candidate: string;
  readonly difference: number;
  readonly low: number;
  readonly high: number;
}

const intervalOf = (candidate: string, { baseline, candidate: arm }: Watched): BanditInterval => {
  const clicks = ({ n, sum }: Arms['baseline']): Arms['baseline'] => rateOf(n - sum, n);
  const effect = effectOf({ baseline: clicks(baseline), candidate: clicks(arm), measure: 'mean', scale: 'absolute' });
  if ('verdict' in effect) return { candidate, difference: Number.NaN, low: Number.NaN, high: Number.NaN };
  const half = sequenceHalfWidth(effect);
  return { candidate, difference: effect.estimate, low: effect.estimate - half, high: effect.estimate + half };
};

/** What comes of the project's data. */
export interface RealDataFindings {
  readonly oracles: ReadonlyArray<Oracle>;
  readonly bandit: ReadonlyArray<BanditInterval>;
}

const folder = fileURLToPath(new URL('../../data', import.meta.url));

/** How the policy of the shipped topology judges the project's real data: the worse classifier, the better one against itself, and two shop policies. */
export const realData = ({ seed, runs, progress }: Extent): RealDataFindings => {
  progress('real data');
  const data = readData(folder);
  const seeds = Math.ceil(runs / 10);
  const falsely = Array.from({ length: seeds }, (_, at) => watched(replayedAsBoth(data, seed + at)).rolledBackAt).filter(
    (at) => at !== undefined,
  );
  const policies = ['random', 'bts'].map((candidate) => ({ candidate, end: watched(bandit(data, candidate)) }));
  return {
    bandit: policies.map(({ candidate, end }) => intervalOf(candidate, end)),
    oracles: [
      atMost('digits-v2 against digits-v1: observations of the candidate', 250, watched(digitsSideBySide(data)).rolledBackAt ?? Infinity),
      atMost(`digits-v1 against itself, ${seeds} seeds: false rollbacks`, Math.ceil(0.09 * seeds), falsely.length),
      ...policies.map(({ candidate, end }) =>
        atMost(`open-bandit, ${candidate} as the candidate: rollbacks`, 0, end.rolledBackAt === undefined ? 0 : 1),
      ),
    ],
  };
};
