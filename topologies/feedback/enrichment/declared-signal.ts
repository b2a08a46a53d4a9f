import type { EnrichOptions } from '../../../operators/enrich.ts';
import type { FeedbackEvent } from '../../../schemas/generated/feedback-event.ts';
import type { ReferenceSignal } from '../../../schemas/generated/reference-signal.ts';
import type { CheckedFeedback } from '../checks/checked-feedback.ts';

/** Sets beside feedback what is declared of its signal. */
export const declaredSignal: EnrichOptions<FeedbackEvent, ReferenceSignal, CheckedFeedback> = {
  key: ['tenant', 'key'],
  merge: (event, signal) => ({ event, signal, block: undefined }),
};
