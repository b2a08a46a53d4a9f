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
const minSamples = 200;
const lookEvery = 50;
const threshold = -0.1;

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
    const expected = baseline.sum / baseline.n;
    seen.push((candidate.sum / candidate.n - expected) / expected < threshold);
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
