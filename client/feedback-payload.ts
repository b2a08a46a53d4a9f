/** The inference that is judged, under either of its names. */
export type JudgedInference =
  | { readonly inference_id: string; readonly inference_request_id?: never }
  | { readonly inference_request_id: string; readonly inference_id?: never };

/** A value under either of its names. */
export type Valued<V> = { readonly feedback_value: V; readonly value?: never; readonly rating?: never } | ValuedShort<V>;

/** A value under its short name. */
export interface ValuedShort<V> {
  readonly value: V;
  readonly feedback_value?: never;
  readonly rating?: never;
}

/** Who gave the feedback, without a name. */
export interface Submitter {
  /** Keyed hash of the identity. Names and addresses do not belong here. */
  readonly id_hash?: string;
  readonly kind?: 'user' | 'annotator' | 'model' | 'service';
  /** Role that the submitter has, e.g. `expert`. */
  readonly role?: string;
}

/** Circumstances of the end user. */
export interface UserContext {
  readonly session_id?: string;
  /** E.g. `pro`. */
  readonly user_tier?: string;
  readonly segments?: ReadonlyArray<string>;
  /** BCP 47 tag of the language, e.g. `de-CH`. */
  readonly locale?: string;
}

/** What feedback of every form may have. */
export interface FeedbackFields {
  /** The feedback in whose place this stands from now on, by the id that it was answered with. */
  readonly amends?: string;
  /** The key under which a repeat counts once; `id`, or else a new UUIDv7, if left out. */
  readonly idempotency_key?: string;
  /** An id of the client for this feedback. */
  readonly id?: string;
  /** Which candidate of the inference is meant, counted from 0; the chosen one if left out. */
  readonly candidate_index?: number;
  /** The version that the client takes itself to judge; checked against the inference. */
  readonly model_version?: string;
  /** Name of the signal as it is declared, e.g. `thumbs`; each form has one of its own. */
  readonly key?: string;
  readonly source?: 'human' | 'end_user' | 'llm_judge' | 'code' | 'implicit';
  readonly submitter?: Submitter;
  /** Why, in words. */
  readonly rationale?: string;
  readonly tags?: ReadonlyArray<string>;
  readonly user_context?: UserContext;
  /** When it was given, RFC 3339; the moment of the call if left out. */
  readonly event_time?: string;
  /** The software that sends it; this client if left out. */
  readonly client?: { readonly sdk: string; readonly version: string };
}

/** What the output should have been. */
export type Correction = {
  readonly feedback_type: 'explicit_correction' | 'correction';
} & Valued<string | { readonly corrected_text: string; readonly edit_distance?: number }>;

/** A class out of a closed set. `score` is how sure the submitter is, 0 to 1. */
export type Label = { readonly feedback_type: 'label' } & Valued<string | { readonly label: string; readonly score?: number }>;

/** A number on a scale (`min` and `max`: the scale that was shown), or yes and no. */
export type Rating =
  | ({ readonly feedback_type: 'rating' } & Valued<
      number | boolean | { readonly score: number; readonly min?: number; readonly max?: number }
    >)
  | { readonly feedback_type?: 'rating'; readonly rating: number | boolean; readonly value?: never; readonly feedback_value?: never };

/** One output preferred to others (to the judged one if they are not named), or outputs in order, the best first. */
export type Preference = { readonly feedback_type: 'preference_pair' } & Valued<
  | {
      readonly preferred_output_id: string;
      readonly rejected_output_ids?: ReadonlyArray<string>;
      /** How strong the preference is, 0 to 1. */
      readonly strength?: number;
      /** Neither is better. */
      readonly tie?: boolean;
      readonly ranking?: never;
    }
  | { readonly ranking: ReadonlyArray<string>; readonly preferred_output_id?: never }
>;

/** A click. Its worth is 1 if left out; `dwell_ms` is the time spent on the output. */
export type Click = { readonly feedback_type: 'implicit_click' } & (
  | Valued<number | { readonly value?: number; readonly dwell_ms?: number }>
  | { readonly value?: never; readonly feedback_value?: never; readonly rating?: never }
);

/** What somebody did, not what they said. */
export type Implicit = { readonly feedback_type: 'implicit' } & Valued<{
  readonly signal: 'click' | 'copy' | 'accept' | 'regenerate' | 'edit' | 'dwell' | 'abandon' | 'conversion';
  readonly value?: number;
  readonly dwell_ms?: number;
}>;

/** Free text. */
export type Comment = { readonly feedback_type: 'comment' } & Valued<string | { readonly text: string }>;

/** Takes a feedback back for good, by the id that it was answered with. It has no type and no value. */
export interface Retraction {
  readonly retracts: string;
  readonly amends?: never;
  readonly feedback_type?: never;
  readonly value?: never;
  readonly feedback_value?: never;
  readonly rating?: never;
}

/** Feedback in any of its forms, told apart by `feedback_type`; or that some is taken back. */
export type FeedbackPayload = FeedbackFields &
  JudgedInference &
  (Correction | Label | Rating | Preference | Click | Implicit | Comment | Retraction);
