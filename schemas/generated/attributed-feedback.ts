// Generated from attributed-feedback.avsc. Edit the schema, then generate again.
import { recordType } from '../../pipeline/avro/record-type.ts';
import type { RecordType } from '../../pipeline/core/record-type.ts';
import type { FeedbackEvent } from './feedback-event.ts';
import type { InferenceStatus } from './inference-log.ts';

/** Feedback that met its inference. Topic feedback.attributed, key tenant and target.id. */
export interface AttributedFeedback {
  /** Whose data this is. Part of every key. */
  readonly tenant: string;
  /** UUIDv5 in the namespace `feedback_id` of `<topic>/<tenant>/<target id>`: the same in every replay. A UUID. */
  readonly event_id: string;
  /** Version of this schema that the producer wrote, counted from 1. */
  readonly schema_version: number;
  /** W3C trace context of the request that caused the record. */
  readonly traceparent: string | null;
  /** The feedback as received. */
  readonly feedback: FeedbackEvent;
  /** How the feedback was tied to the inference. */
  readonly attribution: Attribution;
  /** What is kept of the inference. */
  readonly inference: InferenceSummary;
  /** Raw class scores of the chosen candidate, as logged. */
  readonly logits: ReadonlyArray<number> | null;
  /** Embedding of the input, as logged. */
  readonly embedding: ReadonlyArray<number> | null;
  /** Weight of each feature in the answer, as logged. */
  readonly attributions: Readonly<Record<string, number>> | null;
  /** What the checks say that did not reject the record. */
  readonly validation: ValidationSummary;
  /** Answers of lookups, by name. */
  readonly enrichment: Readonly<Record<string, Enrichment>>;
  /** First segment of the submitter, from reference.segments. */
  readonly segment: string | null;
  /** For a rating: the value between 0 (worst) and 1 (best) on the scale that reference.signals declares; else null. */
  readonly score: number | null;
}

/** How the feedback was tied to the inference. */
export interface Attribution {
  /** MATCHED in time, or MATCHED_LATE after it had been an orphan. */
  readonly status: AttributionStatus;
  /** The inference that is judged. A UUID. */
  readonly inference_id: string;
  /** The version that answered, from the inference log: authoritative. */
  readonly model_version: string;
  /** The submitter claimed another version. */
  readonly claimed_version_mismatch: boolean;
  /** Share of the feedback that belongs to this inference; 1 if it targets one inference. */
  readonly weight: number;
  /** Event time of the feedback minus start of the inference, in µs; negative when clocks disagree. */
  readonly lag_us: number;
}

/** How an attribution ended. */
export type AttributionStatus = 'UNKNOWN' | 'MATCHED' | 'MATCHED_LATE' | 'ORPHAN' | 'CONFLICT';

/** What is kept of the inference. */
export interface InferenceSummary {
  /** Identity of the inference. A UUID. */
  readonly inference_id: string;
  /** Name of the model or policy. */
  readonly model_name: string;
  /** The version that answered. */
  readonly model_version: string;
  /** Arm of an experiment. */
  readonly variant: string | null;
  /** Deployment that served it. */
  readonly deployment: string | null;
  /** What was asked for. */
  readonly operation: string;
  /** How it ended. */
  readonly status: InferenceStatus;
  /** Output of the chosen candidate; null when there is none or it is longer than 1,000 characters. */
  readonly output: string | null;
  /** Score of the chosen candidate. */
  readonly score: number | null;
  /** Place where the chosen candidate was shown, counted from 1. */
  readonly position: number | null;
  /** Probability with which the policy chose it. */
  readonly propensity: number | null;
  /** How many candidates there were. */
  readonly candidate_count: number;
  /** Time to answer, in ms. */
  readonly latency_ms: number | null;
  /** When it began, UTC. Microseconds since the epoch, UTC. */
  readonly started: number;
}

/** What the checks say that did not reject the record. */
export interface ValidationSummary {
  /** Codes of what looked odd. */
  readonly warnings: ReadonlyArray<string>;
  /** Likelihood of spam, 0 to 1; null if not judged. */
  readonly spam_score: number | null;
}

/** One answer of a lookup, recorded so that data sets rebuild without asking again. */
export interface Enrichment {
  /** Version of the reference data that answered; empty if none did. */
  readonly version: string;
  /** FOUND, MISSING, or PARTIAL when the lookup failed or was too slow. */
  readonly status: EnrichmentStatus;
  /** The answer. */
  readonly value: string | null;
}

/** How a lookup ended. */
export type EnrichmentStatus = 'UNKNOWN' | 'FOUND' | 'MISSING' | 'PARTIAL';

/** Binds {@link AttributedFeedback} to its schema. */
export const attributedFeedback: RecordType<AttributedFeedback> = recordType(
  '{"type":"record","name":"millrace.feedback.v1.AttributedFeedback","doc":"Feedback that met its inference. Topic feedback.attributed, key tenant and target.id.","fields":[{"name":"tenant","doc":"Whose data this is. Part of every key.","type":"string"},{"name":"event_id","doc":"UUIDv5 in the namespace `feedback_id` of `<topic>/<tenant>/<target id>`: the same in every replay.","type":{"type":"string","logicalType":"uuid"}},{"name":"schema_version","doc":"Version of this schema that the producer wrote, counted from 1.","type":"int","default":1},{"name":"traceparent","doc":"W3C trace context of the request that caused the record.","type":["null","string"],"default":null},{"name":"feedback","doc":"The feedback as received.","type":{"type":"record","name":"millrace.feedback.v1.FeedbackEvent","doc":"One signal about an output of a model, as it was accepted at the edge. Topic feedback.received, key tenant and target.id.","fields":[{"name":"tenant","doc":"Whose data this is. Part of every key.","type":"string"},{"name":"event_id","doc":"Identity of this record; a client that repeats a request may send another one.","type":{"type":"string","logicalType":"uuid"}},{"name":"schema_version","doc":"Version of this schema that the producer wrote, counted from 1.","type":"int","default":1},{"name":"traceparent","doc":"W3C trace context of the request that caused the record.","type":["null","string"],"default":null},{"name":"feedback_id","doc":"Identity of the feedback, chosen by who sends it; the same in every repeat of it.","type":{"type":"string","logicalType":"uuid"}},{"name":"op","doc":"CREATE for new feedback; AMEND and RETRACT change what was said before.","type":{"type":"enum","name":"millrace.feedback.v1.FeedbackOp","doc":"What the record does to the feedback of its id.","symbols":["UNKNOWN","CREATE","AMEND","RETRACT"],"default":"UNKNOWN"}},{"name":"supersedes","doc":"The feedback_id that an amendment replaces.","type":["null",{"type":"string","logicalType":"uuid"}],"default":null},{"name":"idempotency_key","doc":"The key under which the client repeats a request.","type":["null","string"],"default":null},{"name":"target","doc":"What the feedback judges.","type":{"type":"record","name":"millrace.feedback.v1.FeedbackTarget","doc":"What the feedback judges.","fields":[{"name":"kind","doc":"What `id` names.","type":{"type":"enum","name":"millrace.feedback.v1.TargetKind","doc":"What a target id names.","symbols":["UNKNOWN","INFERENCE","SPAN","TRACE","EPISODE","SESSION","EXTERNAL"],"default":"UNKNOWN"}},{"name":"id","doc":"Identity of the target: for an INFERENCE its inference_id.","type":"string"},{"name":"candidate_index","doc":"Which candidate of the inference is meant, counted from 0; the chosen one if null.","type":["null","int"],"default":null}]}},{"name":"feedback_type","doc":"The kind of statement; docs/rules.md lists the value kinds that each allows.","type":{"type":"enum","name":"millrace.feedback.v1.FeedbackType","doc":"The kind of statement.","symbols":["UNKNOWN","EXPLICIT_CORRECTION","IMPLICIT_CLICK","PREFERENCE_PAIR","RATING","LABEL","COMMENT","IMPLICIT"],"default":"UNKNOWN"}},{"name":"key","doc":"Name of the signal, e.g. `thumbs`, as declared in reference.signals.","type":"string"},{"name":"source","doc":"Where the judgement comes from.","type":{"type":"enum","name":"millrace.feedback.v1.FeedbackSource","doc":"Where a judgement comes from.","symbols":["UNKNOWN","HUMAN","END_USER","LLM_JUDGE","CODE","IMPLICIT"],"default":"UNKNOWN"}},{"name":"submitter","doc":"Who gave the feedback.","type":{"type":"record","name":"millrace.feedback.v1.Submitter","doc":"Who gave the feedback, without naming them.","fields":[{"name":"id_hash","doc":"Keyed hash of the identity of the submitter; null if anonymous.","type":["null","string"],"default":null},{"name":"kind","doc":"What the submitter is.","type":{"type":"enum","name":"millrace.feedback.v1.SubmitterKind","doc":"What a submitter is.","symbols":["UNKNOWN","USER","ANNOTATOR","MODEL","SERVICE"],"default":"UNKNOWN"}},{"name":"role","doc":"Role that the submitter has for the tenant, e.g. `expert`.","type":["null","string"],"default":null}]}},{"name":"model_version","doc":"The model version that the submitter claims to judge; checked against the inference.","type":["null","string"],"default":null},{"name":"value_kind","doc":"Which of the eight value fields below is set; exactly that one is.","type":{"type":"enum","name":"millrace.feedback.v1.ValueKind","doc":"Which value field is set.","symbols":["UNKNOWN","BOOL","NUMBER","LABEL","TEXT","CORRECTION","PREFERENCE","RANKING","IMPLICIT"],"default":"UNKNOWN"}},{"name":"bool","doc":"Value of kind BOOL.","type":["null",{"type":"record","name":"millrace.feedback.v1.BoolValue","doc":"Yes or no.","fields":[{"name":"v","doc":"The answer, e.g. thumbs up.","type":"boolean"}]}],"default":null},{"name":"number","doc":"Value of kind NUMBER.","type":["null",{"type":"record","name":"millrace.feedback.v1.NumberValue","doc":"A number on a scale.","fields":[{"name":"v","doc":"The number.","type":"double"},{"name":"min","doc":"Lowest value of the scale that was shown; the declared signal decides what is accepted.","type":["null","double"],"default":null},{"name":"max","doc":"Highest value of the scale that was shown.","type":["null","double"],"default":null}]}],"default":null},{"name":"label","doc":"Value of kind LABEL.","type":["null",{"type":"record","name":"millrace.feedback.v1.LabelValue","doc":"A class out of a closed set.","fields":[{"name":"v","doc":"The label.","type":"string"},{"name":"score","doc":"How sure the submitter is, 0 to 1.","type":["null","double"],"default":null}]}],"default":null},{"name":"text","doc":"Value of kind TEXT.","type":["null",{"type":"record","name":"millrace.feedback.v1.TextValue","doc":"Free text.","fields":[{"name":"content","doc":"The text.","type":"string"}]}],"default":null},{"name":"correction","doc":"Value of kind CORRECTION.","type":["null",{"type":"record","name":"millrace.feedback.v1.CorrectionValue","doc":"What the output should have been.","fields":[{"name":"content","doc":"The right output.","type":"string"},{"name":"edit_distance","doc":"Distance between the output and `content`, if the client measured it.","type":["null","double"],"default":null}]}],"default":null},{"name":"preference","doc":"Value of kind PREFERENCE.","type":["null",{"type":"record","name":"millrace.feedback.v1.PreferenceValue","doc":"One output preferred to others.","fields":[{"name":"chosen_id","doc":"Inference or candidate that is preferred.","type":"string"},{"name":"rejected_ids","doc":"Inferences or candidates that it was preferred to.","type":{"type":"array","items":"string"},"default":[]},{"name":"strength","doc":"How strong the preference is, 0 to 1.","type":["null","double"],"default":null},{"name":"tie","doc":"Neither is better; `chosen_id` is then only the first one shown.","type":"boolean","default":false}]}],"default":null},{"name":"ranking","doc":"Value of kind RANKING.","type":["null",{"type":"record","name":"millrace.feedback.v1.RankingValue","doc":"Outputs in order.","fields":[{"name":"items","doc":"Inferences or candidates, the best first.","type":{"type":"array","items":"string"},"default":[]}]}],"default":null},{"name":"implicit","doc":"Value of kind IMPLICIT.","type":["null",{"type":"record","name":"millrace.feedback.v1.ImplicitValue","doc":"What somebody did, not what they said.","fields":[{"name":"signal","doc":"What was observed.","type":{"type":"enum","name":"millrace.feedback.v1.ImplicitSignal","doc":"What was observed.","symbols":["UNKNOWN","CLICK","COPY","ACCEPT","REGENERATE","EDIT","DWELL","ABANDON","CONVERSION"],"default":"UNKNOWN"}},{"name":"v","doc":"Its worth, e.g. 1 for a click and 0 for none; the reward of the output.","type":["null","double"],"default":null},{"name":"dwell_ms","doc":"Time spent on the output, in ms.","type":["null","long"],"default":null}]}],"default":null},{"name":"rationale","doc":"Why, in the words of the submitter.","type":["null","string"],"default":null},{"name":"tags","doc":"Free marks for search.","type":{"type":"array","items":"string"},"default":[]},{"name":"user_context","doc":"Circumstances of the end user.","type":["null",{"type":"record","name":"millrace.feedback.v1.UserContext","doc":"Circumstances of an end user that a segment may be built on.","fields":[{"name":"session_id","doc":"Session at the client.","type":["null","string"],"default":null},{"name":"user_tier","doc":"Tier of the user, e.g. `pro`.","type":["null","string"],"default":null},{"name":"segments","doc":"Segments that the client knows the user to be in.","type":{"type":"array","items":"string"},"default":[]},{"name":"locale","doc":"BCP 47 tag of the language, e.g. `de-CH`.","type":["null","string"],"default":null}]}],"default":null},{"name":"event_time","doc":"When the feedback was given, UTC. The event time of the record.","type":{"type":"long","logicalType":"timestamp-micros"}},{"name":"sent_time","doc":"When the client sent it, by its own clock.","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"default":null},{"name":"received_time","doc":"When the edge accepted it.","type":{"type":"long","logicalType":"timestamp-micros"}},{"name":"client","doc":"The software that sent it.","type":["null",{"type":"record","name":"millrace.feedback.v1.ClientInfo","doc":"The software that sent the feedback.","fields":[{"name":"sdk","doc":"Name of the library.","type":"string"},{"name":"version","doc":"Its version.","type":"string"}]}],"default":null},{"name":"api_key_id","doc":"Which key authorised it; never the key itself.","type":["null","string"],"default":null}]}},{"name":"attribution","doc":"How the feedback was tied to the inference.","type":{"type":"record","name":"millrace.feedback.v1.Attribution","doc":"How the feedback was tied to the inference.","fields":[{"name":"status","doc":"MATCHED in time, or MATCHED_LATE after it had been an orphan.","type":{"type":"enum","name":"millrace.feedback.v1.AttributionStatus","doc":"How an attribution ended.","symbols":["UNKNOWN","MATCHED","MATCHED_LATE","ORPHAN","CONFLICT"],"default":"UNKNOWN"}},{"name":"inference_id","doc":"The inference that is judged.","type":{"type":"string","logicalType":"uuid"}},{"name":"model_version","doc":"The version that answered, from the inference log: authoritative.","type":"string"},{"name":"claimed_version_mismatch","doc":"The submitter claimed another version.","type":"boolean","default":false},{"name":"weight","doc":"Share of the feedback that belongs to this inference; 1 if it targets one inference.","type":"double","default":1},{"name":"lag_us","doc":"Event time of the feedback minus start of the inference, in µs; negative when clocks disagree.","type":"long"}]}},{"name":"inference","doc":"What is kept of the inference.","type":{"type":"record","name":"millrace.feedback.v1.InferenceSummary","doc":"What is kept of the inference.","fields":[{"name":"inference_id","doc":"Identity of the inference.","type":{"type":"string","logicalType":"uuid"}},{"name":"model_name","doc":"Name of the model or policy.","type":"string"},{"name":"model_version","doc":"The version that answered.","type":"string"},{"name":"variant","doc":"Arm of an experiment.","type":["null","string"],"default":null},{"name":"deployment","doc":"Deployment that served it.","type":["null","string"],"default":null},{"name":"operation","doc":"What was asked for.","type":"string"},{"name":"status","doc":"How it ended.","type":{"type":"enum","name":"millrace.feedback.v1.InferenceStatus","doc":"How an inference ended.","symbols":["UNKNOWN","OK","ERROR"],"default":"UNKNOWN"}},{"name":"output","doc":"Output of the chosen candidate; null when there is none or it is longer than 1,000 characters.","type":["null","string"],"default":null},{"name":"score","doc":"Score of the chosen candidate.","type":["null","double"],"default":null},{"name":"position","doc":"Place where the chosen candidate was shown, counted from 1.","type":["null","int"],"default":null},{"name":"propensity","doc":"Probability with which the policy chose it.","type":["null","double"],"default":null},{"name":"candidate_count","doc":"How many candidates there were.","type":"int"},{"name":"latency_ms","doc":"Time to answer, in ms.","type":["null","double"],"default":null},{"name":"started","doc":"When it began, UTC.","type":{"type":"long","logicalType":"timestamp-micros"}}]}},{"name":"logits","doc":"Raw class scores of the chosen candidate, as logged.","type":["null",{"type":"array","items":"double"}],"default":null},{"name":"embedding","doc":"Embedding of the input, as logged.","type":["null",{"type":"array","items":"float"}],"default":null},{"name":"attributions","doc":"Weight of each feature in the answer, as logged.","type":["null",{"type":"map","values":"double"}],"default":null},{"name":"validation","doc":"What the checks say that did not reject the record.","type":{"type":"record","name":"millrace.feedback.v1.ValidationSummary","doc":"What the checks say that did not reject the record.","fields":[{"name":"warnings","doc":"Codes of what looked odd.","type":{"type":"array","items":"string"},"default":[]},{"name":"spam_score","doc":"Likelihood of spam, 0 to 1; null if not judged.","type":["null","double"],"default":null}]}},{"name":"enrichment","doc":"Answers of lookups, by name.","type":{"type":"map","values":{"type":"record","name":"millrace.feedback.v1.Enrichment","doc":"One answer of a lookup, recorded so that data sets rebuild without asking again.","fields":[{"name":"version","doc":"Version of the reference data that answered; empty if none did.","type":"string"},{"name":"status","doc":"FOUND, MISSING, or PARTIAL when the lookup failed or was too slow.","type":{"type":"enum","name":"millrace.feedback.v1.EnrichmentStatus","doc":"How a lookup ended.","symbols":["UNKNOWN","FOUND","MISSING","PARTIAL"],"default":"UNKNOWN"}},{"name":"value","doc":"The answer.","type":["null","string"],"default":null}]}},"default":{}},{"name":"segment","doc":"First segment of the submitter, from reference.segments.","type":["null","string"],"default":null},{"name":"score","doc":"For a rating: the value between 0 (worst) and 1 (best) on the scale that reference.signals declares; else null.","type":["null","double"],"default":null}]}',
);
