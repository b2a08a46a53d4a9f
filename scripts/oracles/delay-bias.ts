import type { Sums } from '../../operators/decide/sums.ts';
import { seeded } from '../../pipeline/testing/seeded.ts';
import { atLeast, atMost, type Extent, type Oracle } from './oracle.ts';
import { rateOf, shippedTerms, trial } from './trial.ts';

/** Two versions that are alike: 20 inferences a minute each, one answer in five bad; bad news comes after a minute in the mean, good after an hour. */
const scene = { perMinute: 20, minutes: 240, bad: 0.2, fast: 1, slow: 60 };

/** How long the baseline has been running when the candidate comes, minutes. */
const before = 600;

/** Whether feedback is compared by when it came, or by when the inference was made that it judges. */
type Cohort = 'arrival' | 'inference';

interface Answer {
  readonly at: number;
  readonly isCandidate: boolean;
  readonly isBad: boolean;
}

const exponential = (random: () => number, mean: number): number => -Math.log(1 - random()) * mean;

/** What comes in from one arm while the candidate is watched, whose inferences begin at `from` minutes after the deployment. */
const answers = (random: () => number, isCandidate: boolean, from: number): ReadonlyArray<Answer> => {
  const found: Answer[] = [];
  for (let asked = from; asked < scene.minutes; asked += exponential(random, 1 / scene.perMinute)) {
    const isBad = random() < scene.bad;
    const at = asked + exponential(random, isBad ? scene.fast : scene.slow);
    if (at >= 0 && at < scene.minutes) found.push({ at, isCandidate, isBad });
  }
  return found;
};

/** One more observation of an arm. */
const withOne = ({ n, sum }: Sums, isBad: boolean): Sums => rateOf(sum + (isBad ? 1 : 0), n + 1);

/** Whether the candidate is rolled back within four hours by the default policy. */
const isRolledBack = (random: () => number, cohort: Cohort): boolean => {
  const isOver = trial(shippedTerms);
  const old = answers(random, false, cohort === 'arrival' ? -before : 0);
  const all = [...old, ...answers(random, true, 0)].sort((a, b) => a.at - b.at);
  let [baseline, candidate] = [rateOf(0, 0), rateOf(0, 0)];
  for (const { isCandidate, isBad } of all) {
    if (isCandidate) candidate = withOne(candidate, isBad);
    else baseline = withOne(baseline, isBad);
    if (isCandidate && isOver({ baseline, candidate })) return true;
  }
  return false;
};

const shareOf = (cohort: Cohort, seed: number, runs: number): number => {
  const random = seeded(seed);
  let hits = 0;
  for (let run = 0; run < runs; run += 1) if (isRolledBack(random, cohort)) hits += 1;
  return hits / runs;
};

/** Identical versions, fast negatives and slow positives: harmless by the inference's time, and a rollback nearly always by that of arrival. */
export const delayBiasOracles = ({ seed, runs, progress }: Extent): ReadonlyArray<Oracle> => {
  progress('delay bias');
  return [
    atMost('delay bias, cohorts of one inference time: false rollbacks', 0.01, shareOf('inference', seed, Math.ceil(runs / 2))),
    atLeast('delay bias, windows of arrival: false rollbacks', 0.95, shareOf('arrival', seed, Math.ceil(runs / 20))),
  ];
};
