import type { AttributedFeedback } from '../../../schemas/generated/attributed-feedback.ts';
import type { TrainingImplicit } from '../../../schemas/generated/training-implicit.ts';
import { exampleBase } from './example-base.ts';

/** The training example of what somebody did: what it was worth, and where and how likely the output was shown. */
export const implicitExample = (attributed: AttributedFeedback): TrainingImplicit => {
  const { implicit } = attributed.feedback;
  const { position, propensity } = attributed.inference;
  return {
    ...exampleBase('training.implicit', attributed),
    signal: implicit?.signal ?? 'UNKNOWN',
    reward: implicit?.v ?? null,
    dwell_ms: implicit?.dwell_ms ?? null,
    position,
    propensity,
  };
};
