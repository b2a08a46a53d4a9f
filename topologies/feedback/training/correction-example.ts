import type { AttributedFeedback } from '../../../schemas/generated/attributed-feedback.ts';
import type { TrainingCorrection } from '../../../schemas/generated/training-correction.ts';
import { exampleBase } from './example-base.ts';

/** What feedback says the output should have been: a correction's content or a label. */
export const toldOf = ({ feedback: { correction, label } }: AttributedFeedback): string | undefined => correction?.content ?? label?.v;

/** The training example of an explicit correction or a label. */
export const correctionExample = (attributed: AttributedFeedback): TrainingCorrection => {
  const { correction, label } = attributed.feedback;
  const expected = toldOf(attributed) ?? '';
  return {
    ...exampleBase('training.corrections', attributed),
    rationale: attributed.feedback.rationale,
    expected,
    agrees: attributed.inference.output === expected,
    label_score: label?.score ?? null,
    edit_distance: correction?.edit_distance ?? null,
  };
};
