import { versioned } from '../../../pipeline/core/key.ts';
import type { DecisionPolicy, LifecycleEvent, WindowReading } from '../../../operators/decide/policy.ts';
import { sequentialVsBaseline } from '../../../operators/decide/sequential-vs-baseline.ts';
import type { ModelCommand } from '../../../schemas/generated/model-command.ts';
import type { DeploymentStatus, ModelDeployment } from '../../../schemas/generated/model-deployment.ts';
import type { QualityWindow } from '../quality/quality-window.ts';
import { commandOf } from './command-of.ts';

const accuracyOf = ({ start, end, revision, final, dims, offsets, value }: QualityWindow): WindowReading => {
  const { n, sum, sum_sq } = value.accuracy.sums;
  const { submitters, inferences: assigned } = value;
  return { arm: dims.model_version, start, end, revision, final, n, sum, sumSq: sum_sq, submitters, inputs: offsets, assigned };
};

const kinds: Readonly<Record<DeploymentStatus, LifecycleEvent['kind'] | undefined>> = {
  UNKNOWN: undefined,
  DEPLOYED: 'deployed',
  PROMOTED: 'promoted',
  RETIRED: 'retired',
};

/** The alias that a promotion gives: policies that ask for `baseline: { alias: 'promoted' }` compare with the version that was promoted last. */
const promotedAlias = 'promoted';

const lifecycleOf = ({ model_version, status, predecessor, deployed_at }: ModelDeployment): LifecycleEvent | undefined => {
  const kind = kinds[status];
  if (kind === undefined) return undefined;
  const event = { arm: model_version, kind, baseline: predecessor ?? undefined, at: deployed_at / 1000 };
  return kind === 'promoted' ? { ...event, alias: promotedAlias } : event;
};

/** Tells the fingerprint of the topology that a policy is part of, once that is declared. */
export type Fingerprint = () => string;

/** The policies of the feedback topology. */
export const policies = {
  /**
   * Rolls a version back to the one that it replaced when its accuracy since its deployment is certainly below that one's over the same time: by an interval
   * that errs once in twenty lives of a version at most, however often one looks. 150 observations on each side and 20 submitters at least, two looks in
   * a row that are 50 observations apart.
   */
  accuracyRegression: (
    fingerprint: Fingerprint,
  ): DecisionPolicy<QualityWindow, ModelDeployment, ModelCommand, 'dims.tenant' | 'dims.model_name'> => ({
    name: 'accuracy-regression',
    version: '2',
    metric: 'accuracy',
    better: 'higher',
    rule: sequentialVsBaseline({ alpha: 0.05 }),
    baseline: 'named',
    mode: 'enforce',
    minSamples: 150,
    minSubmitters: 20,
    breach: { failures: 2, of: 2 },
    lookEvery: 50,
    subject: { ofWindow: ['dims.tenant', 'dims.model_name'], ofEvent: ['tenant', 'model_name'] },
    window: versioned('accuracy/1', accuracyOf),
    event: versioned('deployments/1', lifecycleOf),
    command: versioned('1', (decision) => commandOf(decision, fingerprint())),
  }),
} as const;
