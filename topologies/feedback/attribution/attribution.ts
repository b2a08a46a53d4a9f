import { days, hours } from '../../../pipeline/core/time.ts';
import type { JoinOptions } from '../../../operators/join/options.ts';
import type { AttributedFeedback } from '../../../schemas/generated/attributed-feedback.ts';
import { attributedFeedback } from '../../../schemas/generated/attributed-feedback.ts';
import { feedbackEvent, type FeedbackEvent } from '../../../schemas/generated/feedback-event.ts';
import { inferenceCarry, type InferenceCarry } from '../../../schemas/generated/inference-carry.ts';
import type { InferenceLog } from '../../../schemas/generated/inference-log.ts';
import type { OrphanedFeedback } from '../../../schemas/generated/orphaned-feedback.ts';
import { attributed } from './attributed.ts';
import { carryOf } from './carry-of.ts';
import { orphaned } from './orphaned.ts';

/**
 * Feedback meets the inference that it targets if they happened within 24 h of each other, whichever comes first. It waits for an hour
 * more, then it is an orphan, which an inference that comes within 30 days still matches.
 */
export const attribution: JoinOptions<
  FeedbackEvent,
  InferenceLog,
  InferenceCarry,
  AttributedFeedback,
  OrphanedFeedback,
  'tenant' | 'target.id',
  'tenant' | 'feedback.target.id'
> = {
  on: ['tenant', 'target.id'],
  rightOn: ['tenant', 'inference_id'],
  within: hours(24),
  lateness: hours(1),
  orphanFor: days(30),
  left: feedbackEvent,
  carry: { type: inferenceCarry, project: carryOf },
  match: (feedback, carry, { late }) => attributed(feedback, carry, late ? 'MATCHED_LATE' : 'MATCHED'),
  orphan: orphaned,
  output: attributedFeedback,
  keyed: ['tenant', 'feedback.target.id'],
};
