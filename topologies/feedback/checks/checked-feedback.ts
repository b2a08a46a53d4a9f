import type { FeedbackEvent } from '../../../schemas/generated/feedback-event.ts';
import type { ReferenceBlock } from '../../../schemas/generated/reference-block.ts';
import type { ReferenceSignal } from '../../../schemas/generated/reference-signal.ts';

/** Feedback with what the reference data says of its signal and its submitter; undefined where it says nothing. */
export interface CheckedFeedback {
  readonly event: FeedbackEvent;
  readonly signal: ReferenceSignal | undefined;
  readonly block: ReferenceBlock | undefined;
}

/** The feedback itself, once what stood beside it has been used. */
export const eventOf = ({ event }: CheckedFeedback): FeedbackEvent => event;
