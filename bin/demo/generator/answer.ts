import type { FeedbackEvent, FeedbackSource, FeedbackType, Submitter } from '../../../schemas/generated/feedback-event.ts';
import type { InferenceLog } from '../../../schemas/generated/inference-log.ts';
import type { Destination } from './message.ts';

/** The fields of a feedback event that hold a value: exactly one of them is set. */
export type Values = Pick<FeedbackEvent, 'bool' | 'number' | 'label' | 'text' | 'correction' | 'preference' | 'ranking' | 'implicit'>;

/** What somebody has to say about an inference, whether or not they come to say it. */
export interface Answer {
  /** What ids and draws are made from; unique among the answers to one inference. */
  readonly name: string;
  readonly inference: InferenceLog;
  readonly feedback_type: FeedbackType;
  /** Name of the signal. */
  readonly key: string;
  readonly source: FeedbackSource;
  readonly submitter: Submitter;
  readonly value_kind: FeedbackEvent['value_kind'];
  readonly values: Partial<Values>;
  readonly rationale: string | null;
  /** From the start of the inference to the feedback, in µs. */
  readonly lag: number;
  /** Share of such answers that are given when not everybody answers. */
  readonly share: number;
  /** Where it goes if it passes every check. */
  readonly destination: Destination;
}
