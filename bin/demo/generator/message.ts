import type { FeedbackEvent } from '../../../schemas/generated/feedback-event.ts';
import type { InferenceLog } from '../../../schemas/generated/inference-log.ts';
import type { ModelDeployment } from '../../../schemas/generated/model-deployment.ts';
import type { ReferenceBlock } from '../../../schemas/generated/reference-block.ts';
import type { ReferenceSegment } from '../../../schemas/generated/reference-segment.ts';
import type { ReferenceSignal } from '../../../schemas/generated/reference-signal.ts';
import type { ReviewReason } from '../../../schemas/generated/review-task.ts';

/** The record type of each topic that the generator fills. */
export interface Inputs {
  'reference.signals': ReferenceSignal;
  'reference.segments': ReferenceSegment;
  'reference.blocklist': ReferenceBlock;
  'model.deployments': ModelDeployment;
  'inference.logged': InferenceLog;
  'feedback.received': FeedbackEvent;
}

/** A topic that the generator fills. */
export type InputTopic = keyof Inputs;

/**
 * What is done to the encoded bytes of a value before they are sent: the second half is cut off, a byte is appended, or the id of the
 * schema of `inference.logged` (for an inference: of `feedback.received`) is written in place of its own.
 */
export type Damage = 'cut' | 'appended' | 'foreign_schema';

/** Where and how a message arrives, whatever it holds. */
export interface Arrival {
  /** Name of the message, unique in the run. */
  readonly id: string;
  /** The Kafka key as text: its parts joined with `|`. */
  readonly key: string;
  /** When it reaches the log, in µs since the epoch, UTC. Messages are sent in this order. */
  readonly arrived_at: number;
  readonly damage: Damage | null;
  /** Bytes to be sent as they are, in base64; `value` is then null. */
  readonly raw: string | null;
}

/** One message that is sent, with the record that is to be encoded or the bytes that go as they are. */
export type Message = { readonly [T in InputTopic]: Arrival & { readonly topic: T; readonly value: Inputs[T] | null } }[InputTopic];

/** Topic of training examples of one kind. */
export type TrainingTopic = 'training.corrections' | 'training.preferences' | 'training.ratings' | 'training.implicit';

/** Where feedback that passed every check goes. */
export type Destination = { readonly training: TrainingTopic } | { readonly review: Exclude<ReviewReason, 'UNKNOWN'> };

/** How a message ends. `accepted` is said of everything but feedback. */
export type Ended = 'accepted' | 'attributed' | 'duplicate' | 'orphaned' | 'waiting' | 'rejected';

/** The fate of one message, written down before the run. */
export interface Outcome {
  /** The message's id. */
  readonly id: string;
  readonly topic: InputTopic;
  readonly ended: Ended;
  /** Node and code of a reject, as in docs/rules.md. */
  readonly node: string | null;
  readonly code: string | null;
  readonly training: TrainingTopic | null;
  readonly review: Exclude<ReviewReason, 'UNKNOWN'> | null;
}

/** The fate of a message that has no id yet. */
export type Fate = Omit<Outcome, 'id' | 'topic'>;

/** A message with its fate, before all of them are put in order and named. */
export type Draft = {
  readonly [T in InputTopic]: Omit<Arrival, 'id'> & { readonly topic: T; readonly value: Inputs[T] | null; readonly fate: Fate };
}[InputTopic];
