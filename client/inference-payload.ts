/** What a model was given. */
export interface InferenceInput {
  readonly messages?: ReadonlyArray<{ readonly role: string; readonly content: string }>;
  /** Numeric features in the order of the model. */
  readonly features?: ReadonlyArray<number>;
  /** Named features that are not numbers. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** One answer of several. */
export interface Candidate {
  /** Its place in the list if left out. */
  readonly candidate_id?: string;
  readonly output: string;
  readonly score?: number;
  /** Raw class scores in the order of the classes; of a language model, the log-probability of each token of the output. */
  readonly logits?: ReadonlyArray<number>;
  /** Where it was shown, counted from 1. */
  readonly position?: number;
  /** Probability with which the policy chose it, 0 to 1. */
  readonly propensity?: number;
}

/** The answer, or the answers of which `chosen` (an index; the first if left out) was used. */
export type InferenceOutput =
  | { readonly output?: string; readonly candidates?: never; readonly chosen?: never }
  | { readonly candidates: ReadonlyArray<Candidate>; readonly chosen?: number; readonly output?: never };

/** What is told of an inference besides its answers. */
export interface InferenceFields {
  /** A UUID: what feedback names. */
  readonly inference_id: string;
  /** The key under which a repeat counts once; `inference_id` if left out. */
  readonly idempotency_key?: string;
  /** 32 hex digits. */
  readonly trace_id?: string;
  /** 16 hex digits. */
  readonly span_id?: string;
  readonly session_id?: string;
  readonly episode_id?: string;
  /** Ids under which other systems know it, by system. */
  readonly external_keys?: Readonly<Record<string, string>>;
  /** Name of the model, the same for all its versions. */
  readonly model_name: string;
  readonly model_version: string;
  /** Arm of an experiment. */
  readonly variant?: string;
  readonly deployment?: string;
  /** Hash of everything else that shapes the answer. */
  readonly config_hash?: string;
  /** `chat` (if left out), `text_completion`, `classify`, `recommend`, … */
  readonly operation?: string;
  readonly input?: InferenceInput;
  /** Parameters of the call, e.g. `temperature`. */
  readonly params?: Readonly<Record<string, string | number | boolean>>;
  /** Weight of each feature in the answer. */
  readonly attributions?: Readonly<Record<string, number>>;
  readonly embedding?: ReadonlyArray<number>;
  /** Why generation ended. */
  readonly finish_reason?: string;
  readonly usage?: { readonly input_tokens?: number; readonly output_tokens?: number };
  readonly latency_ms?: number;
  readonly error?: string;
  readonly status?: 'ok' | 'error';
  /** When it began, RFC 3339; the moment of the call if left out. */
  readonly started?: string;
  readonly ended?: string;
  /** Where a body too large for the log is kept. */
  readonly payload_ref?: { readonly uri: string; readonly sha256: string };
}

/** The record of one inference. */
export type InferencePayload = InferenceFields & InferenceOutput;
