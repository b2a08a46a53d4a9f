import type { ModelDeployment } from '../../../schemas/generated/model-deployment.ts';

/** An accuracy observation: what it says of which version, when its inference began, and when it could be known. Times in µs. */
export interface Judgement {
  readonly model_name: string;
  readonly model_version: string;
  readonly value: number;
  readonly started: number;
  readonly known_at: number;
}

/** The versions that must be rolled back, by model and version, with where to; and those where it depends on when looks fall. */
export interface Rollbacks {
  readonly certain: Readonly<Record<string, string>>;
  readonly undecided: ReadonlyArray<string>;
}

const minute = 60_000_000;
const minSamples = 150;
const lookEvery = 50;
const alpha = 0.05;
const tunedFor = 5000;

interface Count {
  n: number;
  sum: number;
}

const variance = ({ n, sum }: Count): number => (sum * (1 - sum / n)) / (n - 1);

/** Half the width of the asymptotic confidence sequence of Waudby-Smith et al., 2024, as rollback policies state it, of a difference of two shares. */
const halfWidth = (a: Count, b: Count): number => {
  const n = a.n + b.n;
  const doubled = 2 * Math.log(1 / alpha);
  const mixed = (n * (doubled + Math.log(1 + doubled))) / tunedFor;
  const spread = n * (variance(a) / a.n + variance(b) / b.n);
  return Math.sqrt((spread * (mixed + 1) * Math.log((mixed + 1) / alpha ** 2)) / (n * mixed));
};

/** What every possible look at a version sees, in the order in which observations become known: whether it breaches. */
const looks = (deployment: ModelDeployment, judgements: ReadonlyArray<Judgement>): ReadonlyArray<boolean> => {
  const since = Math.floor(deployment.deployed_at / minute) * minute;
  const candidate = { n: 0, sum: 0 };
  const baseline = { n: 0, sum: 0 };
  const seen: boolean[] = [];
  for (const { model_name, model_version, value, started } of judgements) {
    const side = { [deployment.model_version]: candidate, [deployment.predecessor ?? '']: baseline }[model_version];
    if (side === undefined || model_name !== deployment.model_name || started < since) continue;
    side.n += 1;
    side.sum += value;
    if (candidate.n < minSamples || baseline.n < minSamples) continue;
    seen.push(candidate.sum / candidate.n - baseline.sum / baseline.n + halfWidth(candidate, baseline) < 0);
  }
  return seen;
};

/**
 * Decides which deployed versions must be rolled back to their predecessors.
 *
 * Looks fall wherever commits fall, so the decision is certain only if all looks that can be taken agree, and there are enough of them for two in a
 * row. Anything between is undecided.
 */
export const rollbacks = (deployments: ReadonlyArray<ModelDeployment>, judgements: ReadonlyArray<Judgement>): Rollbacks => {
  const ordered = [...judgements].sort((a, b) => a.known_at - b.known_at);
  const certain: Record<string, string> = {};
  const undecided: string[] = [];
  for (const deployment of deployments) {
    if (deployment.predecessor === null) continue;
    const seen = looks(deployment, ordered);
    const version = `${deployment.model_name}/${deployment.model_version}`;
    if (seen.length > 4 * lookEvery && seen.every(Boolean)) certain[version] = deployment.predecessor;
    else if (seen.some(Boolean)) undecided.push(version);
  }
  return { certain, undecided };
};
