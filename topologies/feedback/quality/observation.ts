import type { AttributedFeedback } from '../../../schemas/generated/attributed-feedback.ts';
import type { InferenceLog } from '../../../schemas/generated/inference-log.ts';
import type { Says } from '../../../operators/revise/options.ts';
import { toldOf } from '../training/correction-example.ts';

/**
 * What one record says of the quality of a version: `FEEDBACK` judges an inference of it, `ANSWER` says once that an inference was judged at all,
 * `INFERENCE` adds to what could be judged. What amends or retracts makes an observation that takes out the one that was made before.
 */
export interface Observation {
  readonly kind: 'FEEDBACK' | 'ANSWER' | 'INFERENCE';
  /** Whether it takes out the same that was put in before. */
  readonly takesOut: boolean;
  /** What brought it about. */
  readonly cause: Says;
  /** Of feedback the revision of the change; of an answer how often it has turned whether there is one. */
  readonly revision: number;
  readonly tenant: string;
  readonly model_name: string;
  readonly model_version: string;
  /** When the inference began, µs since the epoch: the time by which versions are compared. */
  readonly started: number;
  readonly inference_id: string;
  /** Null but of feedback. */
  readonly feedback_id: string | null;
  readonly traceparent: string | null;
  /** When the record happened by its own account, µs since the epoch. */
  readonly event_time: number;
  /** The value that it adds to each metric; null where it adds none. */
  readonly accuracy: number | null;
  readonly satisfaction: number | null;
  readonly click_rate: number | null;
  readonly reward: number | null;
  /** The label told, of an accuracy observation. */
  readonly label: string | null;
  /** Hash of who told it. */
  readonly submitter: string | null;
}

const accuracyOf = (attributed: AttributedFeedback): number | null => {
  const told = toldOf(attributed);
  if (told === undefined) return null;
  return told === attributed.inference.output ? 1 : 0;
};

const clickOf = ({ feedback: { implicit } }: AttributedFeedback): number | null => {
  if (implicit?.signal === 'CLICK') return 1;
  return implicit?.signal === 'ABANDON' ? 0 : null;
};

/** What an observation is made on. */
export type Occasion = Pick<Observation, 'takesOut' | 'cause' | 'revision'>;

/** What was not there before and nothing has changed. */
const first: Occasion = { takesOut: false, cause: 'STANDS', revision: 1 };

/** What feedback that passed every check observes. */
export const observed = (attributed: AttributedFeedback, { takesOut, cause, revision }: Occasion = first): Observation => {
  const { feedback, attribution, inference, score } = attributed;
  return {
    kind: 'FEEDBACK',
    takesOut,
    cause,
    revision,
    tenant: attributed.tenant,
    model_name: inference.model_name,
    model_version: attribution.model_version,
    started: inference.started,
    inference_id: attribution.inference_id,
    feedback_id: feedback.feedback_id,
    traceparent: feedback.traceparent,
    event_time: feedback.event_time,
    accuracy: accuracyOf(attributed),
    satisfaction: score,
    click_rate: clickOf(attributed),
    reward: feedback.implicit?.v ?? null,
    label: toldOf(attributed) ?? null,
    submitter: feedback.submitter.id_hash,
  };
};

type Judgeable = Pick<InferenceLog, 'tenant' | 'model_name' | 'model_version' | 'started' | 'inference_id' | 'traceparent'>;

const counted = (
  { kind, takesOut, cause, revision }: Occasion & Pick<Observation, 'kind'>,
  { tenant, model_name, model_version, started, inference_id, traceparent }: Judgeable,
): Observation => ({
  kind,
  takesOut,
  cause,
  revision,
  tenant,
  model_name,
  model_version,
  started,
  inference_id,
  feedback_id: null,
  traceparent,
  event_time: started,
  accuracy: null,
  satisfaction: null,
  click_rate: null,
  reward: null,
  label: null,
  submitter: null,
});

/** That the inference was judged: the same of every feedback for it, so that repeats can be told. */
export const answered = (
  { tenant, attribution: { inference_id, model_version }, inference }: AttributedFeedback,
  { takesOut, cause, revision }: Occasion = first,
): Observation => {
  const judged = {
    tenant,
    inference_id,
    model_version,
    model_name: inference.model_name,
    started: inference.started,
    traceparent: null,
  };
  return counted({ kind: 'ANSWER', takesOut, cause, revision }, judged);
};

/** An inference as something that could be judged. */
export const inferred = (inference: InferenceLog): Observation => counted({ kind: 'INFERENCE', ...first }, inference);
