// Generated from feedback-event.avsc. Edit the schema, then generate again.
import { recordType } from '../../pipeline/avro/record-type.ts';
import type { RecordType } from '../../pipeline/core/record-type.ts';

/** One signal about an output of a model, as it was accepted at the edge. Topic feedback.received, key tenant and target.id. */
export interface FeedbackEvent {
  /** Whose data this is. Part of every key. */
  readonly tenant: string;
  /** Identity of this record; a client that repeats a request may send another one. A UUID. */
  readonly event_id: string;
  /** Version of this schema that the producer wrote, counted from 1. */
  readonly schema_version: number;
  /** W3C trace context of the request that caused the record. */
  readonly traceparent: string | null;
  /** Identity of the feedback, chosen by who sends it; the same in every repeat of it. A UUID. */
  readonly feedback_id: string;
  /** CREATE for new feedback; AMEND and RETRACT change what was said before. */
  readonly op: FeedbackOp;
  /** The feedback_id that an amendment replaces. A UUID. */
  readonly supersedes: string | null;
  /** The key under which the client repeats a request. */
  readonly idempotency_key: string | null;
  /** What the feedback judges. */
  readonly target: FeedbackTarget;
  /** The kind of statement; docs/rules.md lists the value kinds that each allows. */
  readonly feedback_type: FeedbackType;
  /** Name of the signal, e.g. `thumbs`, as declared in reference.signals. */
  readonly key: string;
  /** Where the judgement comes from. */
  readonly source: FeedbackSource;
  /** Who gave the feedback. */
  readonly submitter: Submitter;
  /** The model version that the submitter claims to judge; checked against the inference. */
  readonly model_version: string | null;
  /** Which of the eight value fields below is set; exactly that one is. */
  readonly value_kind: ValueKind;
  /** Value of kind BOOL. */
  readonly bool: BoolValue | null;
  /** Value of kind NUMBER. */
  readonly number: NumberValue | null;
  /** Value of kind LABEL. */
  readonly label: LabelValue | null;
  /** Value of kind TEXT. */
  readonly text: TextValue | null;
  /** Value of kind CORRECTION. */
  readonly correction: CorrectionValue | null;
  /** Value of kind PREFERENCE. */
  readonly preference: PreferenceValue | null;
  /** Value of kind RANKING. */
  readonly ranking: RankingValue | null;
  /** Value of kind IMPLICIT. */
  readonly implicit: ImplicitValue | null;
  /** Why, in the words of the submitter. */
  readonly rationale: string | null;
  /** Free marks for search. */
  readonly tags: ReadonlyArray<string>;
  /** Circumstances of the end user. */
  readonly user_context: UserContext | null;
  /** When the feedback was given, UTC. The event time of the record. Microseconds since the epoch, UTC. */
  readonly event_time: number;
  /** When the client sent it, by its own clock. Microseconds since the epoch, UTC. */
  readonly sent_time: number | null;
  /** When the edge accepted it. Microseconds since the epoch, UTC. */
  readonly received_time: number;
  /** The software that sent it. */
  readonly client: ClientInfo | null;
  /** Which key authorised it; never the key itself. */
  readonly api_key_id: string | null;
}

/** What the record does to the feedback of its id. */
export type FeedbackOp = 'UNKNOWN' | 'CREATE' | 'AMEND' | 'RETRACT';

/** What the feedback judges. */
export interface FeedbackTarget {
  /** What `id` names. */
  readonly kind: TargetKind;
  /** Identity of the target: for an INFERENCE its inference_id. */
  readonly id: string;
  /** Which candidate of the inference is meant, counted from 0; the chosen one if null. */
  readonly candidate_index: number | null;
}

/** What a target id names. */
export type TargetKind = 'UNKNOWN' | 'INFERENCE' | 'SPAN' | 'TRACE' | 'EPISODE' | 'SESSION' | 'EXTERNAL';

/** The kind of statement. */
export type FeedbackType =
  'UNKNOWN' | 'EXPLICIT_CORRECTION' | 'IMPLICIT_CLICK' | 'PREFERENCE_PAIR' | 'RATING' | 'LABEL' | 'COMMENT' | 'IMPLICIT';

/** Where a judgement comes from. */
export type FeedbackSource = 'UNKNOWN' | 'HUMAN' | 'END_USER' | 'LLM_JUDGE' | 'CODE' | 'IMPLICIT';

/** Who gave the feedback, without naming them. */
export interface Submitter {
  /** Keyed hash of the identity of the submitter; null if anonymous. */
  readonly id_hash: string | null;
  /** What the submitter is. */
  readonly kind: SubmitterKind;
  /** Role that the submitter has for the tenant, e.g. `expert`. */
  readonly role: string | null;
}

/** What a submitter is. */
export type SubmitterKind = 'UNKNOWN' | 'USER' | 'ANNOTATOR' | 'MODEL' | 'SERVICE';

/** Which value field is set. */
export type ValueKind = 'UNKNOWN' | 'BOOL' | 'NUMBER' | 'LABEL' | 'TEXT' | 'CORRECTION' | 'PREFERENCE' | 'RANKING' | 'IMPLICIT';

/** Yes or no. */
export interface BoolValue {
  /** The answer, e.g. thumbs up. */
  readonly v: boolean;
}

/** A number on a scale. */
export interface NumberValue {
  /** The number. */
  readonly v: number;
  /** Lowest value of the scale that was shown; the declared signal decides what is accepted. */
  readonly min: number | null;
  /** Highest value of the scale that was shown. */
  readonly max: number | null;
}

/** A class out of a closed set. */
export interface LabelValue {
  /** The label. */
  readonly v: string;
  /** How sure the submitter is, 0 to 1. */
  readonly score: number | null;
}

/** Free text. */
export interface TextValue {
  /** The text. */
  readonly content: string;
}

/** What the output should have been. */
export interface CorrectionValue {
  /** The right output. */
  readonly content: string;
  /** Distance between the output and `content`, if the client measured it. */
  readonly edit_distance: number | null;
}

/** One output preferred to others. */
export interface PreferenceValue {
  /** Inference or candidate that is preferred. */
  readonly chosen_id: string;
  /** Inferences or candidates that it was preferred to. */
  readonly rejected_ids: ReadonlyArray<string>;
  /** How strong the preference is, 0 to 1. */
  readonly strength: number | null;
  /** Neither is better; `chosen_id` is then only the first one shown. */
  readonly tie: boolean;
}

/** Outputs in order. */
export interface RankingValue {
  /** Inferences or candidates, the best first. */
  readonly items: ReadonlyArray<string>;
}

/** What somebody did, not what they said. */
export interface ImplicitValue {
  /** What was observed. */
  readonly signal: ImplicitSignal;
  /** Its worth, e.g. 1 for a click and 0 for none; the reward of the output. */
  readonly v: number | null;
  /** Time spent on the output, in ms. */
  readonly dwell_ms: number | null;
}

/** What was observed. */
export type ImplicitSignal = 'UNKNOWN' | 'CLICK' | 'COPY' | 'ACCEPT' | 'REGENERATE' | 'EDIT' | 'DWELL' | 'ABANDON' | 'CONVERSION';

/** Circumstances of an end user that a segment may be built on. */
export interface UserContext {
  /** Session at the client. */
  readonly session_id: string | null;
  /** Tier of the user, e.g. `pro`. */
  readonly user_tier: string | null;
  /** Segments that the client knows the user to be in. */
  readonly segments: ReadonlyArray<string>;
  /** BCP 47 tag of the language, e.g. `de-CH`. */
  readonly locale: string | null;
}

/** The software that sent the feedback. */
export interface ClientInfo {
  /** Name of the library. */
  readonly sdk: string;
  /** Its version. */
  readonly version: string;
}

/** Binds {@link FeedbackEvent} to its schema. */
export const feedbackEvent: RecordType<FeedbackEvent> = recordType(
  '{"type":"record","name":"millrace.feedback.v1.FeedbackEvent","doc":"One signal about an output of a model, as it was accepted at the edge. Topic feedback.received, key tenant and target.id.","fields":[{"name":"tenant","doc":"Whose data this is. Part of every key.","type":"string"},{"name":"event_id","doc":"Identity of this record; a client that repeats a request may send another one.","type":{"type":"string","logicalType":"uuid"}},{"name":"schema_version","doc":"Version of this schema that the producer wrote, counted from 1.","type":"int","default":1},{"name":"traceparent","doc":"W3C trace context of the request that caused the record.","type":["null","string"],"default":null},{"name":"feedback_id","doc":"Identity of the feedback, chosen by who sends it; the same in every repeat of it.","type":{"type":"string","logicalType":"uuid"}},{"name":"op","doc":"CREATE for new feedback; AMEND and RETRACT change what was said before.","type":{"type":"enum","name":"millrace.feedback.v1.FeedbackOp","doc":"What the record does to the feedback of its id.","symbols":["UNKNOWN","CREATE","AMEND","RETRACT"],"default":"UNKNOWN"}},{"name":"supersedes","doc":"The feedback_id that an amendment replaces.","type":["null",{"type":"string","logicalType":"uuid"}],"default":null},{"name":"idempotency_key","doc":"The key under which the client repeats a request.","type":["null","string"],"default":null},{"name":"target","doc":"What the feedback judges.","type":{"type":"record","name":"millrace.feedback.v1.FeedbackTarget","doc":"What the feedback judges.","fields":[{"name":"kind","doc":"What `id` names.","type":{"type":"enum","name":"millrace.feedback.v1.TargetKind","doc":"What a target id names.","symbols":["UNKNOWN","INFERENCE","SPAN","TRACE","EPISODE","SESSION","EXTERNAL"],"default":"UNKNOWN"}},{"name":"id","doc":"Identity of the target: for an INFERENCE its inference_id.","type":"string"},{"name":"candidate_index","doc":"Which candidate of the inference is meant, counted from 0; the chosen one if null.","type":["null","int"],"default":null}]}},{"name":"feedback_type","doc":"The kind of statement; docs/rules.md lists the value kinds that each allows.","type":{"type":"enum","name":"millrace.feedback.v1.FeedbackType","doc":"The kind of statement.","symbols":["UNKNOWN","EXPLICIT_CORRECTION","IMPLICIT_CLICK","PREFERENCE_PAIR","RATING","LABEL","COMMENT","IMPLICIT"],"default":"UNKNOWN"}},{"name":"key","doc":"Name of the signal, e.g. `thumbs`, as declared in reference.signals.","type":"string"},{"name":"source","doc":"Where the judgement comes from.","type":{"type":"enum","name":"millrace.feedback.v1.FeedbackSource","doc":"Where a judgement comes from.","symbols":["UNKNOWN","HUMAN","END_USER","LLM_JUDGE","CODE","IMPLICIT"],"default":"UNKNOWN"}},{"name":"submitter","doc":"Who gave the feedback.","type":{"type":"record","name":"millrace.feedback.v1.Submitter","doc":"Who gave the feedback, without naming them.","fields":[{"name":"id_hash","doc":"Keyed hash of the identity of the submitter; null if anonymous.","type":["null","string"],"default":null},{"name":"kind","doc":"What the submitter is.","type":{"type":"enum","name":"millrace.feedback.v1.SubmitterKind","doc":"What a submitter is.","symbols":["UNKNOWN","USER","ANNOTATOR","MODEL","SERVICE"],"default":"UNKNOWN"}},{"name":"role","doc":"Role that the submitter has for the tenant, e.g. `expert`.","type":["null","string"],"default":null}]}},{"name":"model_version","doc":"The model version that the submitter claims to judge; checked against the inference.","type":["null","string"],"default":null},{"name":"value_kind","doc":"Which of the eight value fields below is set; exactly that one is.","type":{"type":"enum","name":"millrace.feedback.v1.ValueKind","doc":"Which value field is set.","symbols":["UNKNOWN","BOOL","NUMBER","LABEL","TEXT","CORRECTION","PREFERENCE","RANKING","IMPLICIT"],"default":"UNKNOWN"}},{"name":"bool","doc":"Value of kind BOOL.","type":["null",{"type":"record","name":"millrace.feedback.v1.BoolValue","doc":"Yes or no.","fields":[{"name":"v","doc":"The answer, e.g. thumbs up.","type":"boolean"}]}],"default":null},{"name":"number","doc":"Value of kind NUMBER.","type":["null",{"type":"record","name":"millrace.feedback.v1.NumberValue","doc":"A number on a scale.","fields":[{"name":"v","doc":"The number.","type":"double"},{"name":"min","doc":"Lowest value of the scale that was shown; the declared signal decides what is accepted.","type":["null","double"],"default":null},{"name":"max","doc":"Highest value of the scale that was shown.","type":["null","double"],"default":null}]}],"default":null},{"name":"label","doc":"Value of kind LABEL.","type":["null",{"type":"record","name":"millrace.feedback.v1.LabelValue","doc":"A class out of a closed set.","fields":[{"name":"v","doc":"The label.","type":"string"},{"name":"score","doc":"How sure the submitter is, 0 to 1.","type":["null","double"],"default":null}]}],"default":null},{"name":"text","doc":"Value of kind TEXT.","type":["null",{"type":"record","name":"millrace.feedback.v1.TextValue","doc":"Free text.","fields":[{"name":"content","doc":"The text.","type":"string"}]}],"default":null},{"name":"correction","doc":"Value of kind CORRECTION.","type":["null",{"type":"record","name":"millrace.feedback.v1.CorrectionValue","doc":"What the output should have been.","fields":[{"name":"content","doc":"The right output.","type":"string"},{"name":"edit_distance","doc":"Distance between the output and `content`, if the client measured it.","type":["null","double"],"default":null}]}],"default":null},{"name":"preference","doc":"Value of kind PREFERENCE.","type":["null",{"type":"record","name":"millrace.feedback.v1.PreferenceValue","doc":"One output preferred to others.","fields":[{"name":"chosen_id","doc":"Inference or candidate that is preferred.","type":"string"},{"name":"rejected_ids","doc":"Inferences or candidates that it was preferred to.","type":{"type":"array","items":"string"},"default":[]},{"name":"strength","doc":"How strong the preference is, 0 to 1.","type":["null","double"],"default":null},{"name":"tie","doc":"Neither is better; `chosen_id` is then only the first one shown.","type":"boolean","default":false}]}],"default":null},{"name":"ranking","doc":"Value of kind RANKING.","type":["null",{"type":"record","name":"millrace.feedback.v1.RankingValue","doc":"Outputs in order.","fields":[{"name":"items","doc":"Inferences or candidates, the best first.","type":{"type":"array","items":"string"},"default":[]}]}],"default":null},{"name":"implicit","doc":"Value of kind IMPLICIT.","type":["null",{"type":"record","name":"millrace.feedback.v1.ImplicitValue","doc":"What somebody did, not what they said.","fields":[{"name":"signal","doc":"What was observed.","type":{"type":"enum","name":"millrace.feedback.v1.ImplicitSignal","doc":"What was observed.","symbols":["UNKNOWN","CLICK","COPY","ACCEPT","REGENERATE","EDIT","DWELL","ABANDON","CONVERSION"],"default":"UNKNOWN"}},{"name":"v","doc":"Its worth, e.g. 1 for a click and 0 for none; the reward of the output.","type":["null","double"],"default":null},{"name":"dwell_ms","doc":"Time spent on the output, in ms.","type":["null","long"],"default":null}]}],"default":null},{"name":"rationale","doc":"Why, in the words of the submitter.","type":["null","string"],"default":null},{"name":"tags","doc":"Free marks for search.","type":{"type":"array","items":"string"},"default":[]},{"name":"user_context","doc":"Circumstances of the end user.","type":["null",{"type":"record","name":"millrace.feedback.v1.UserContext","doc":"Circumstances of an end user that a segment may be built on.","fields":[{"name":"session_id","doc":"Session at the client.","type":["null","string"],"default":null},{"name":"user_tier","doc":"Tier of the user, e.g. `pro`.","type":["null","string"],"default":null},{"name":"segments","doc":"Segments that the client knows the user to be in.","type":{"type":"array","items":"string"},"default":[]},{"name":"locale","doc":"BCP 47 tag of the language, e.g. `de-CH`.","type":["null","string"],"default":null}]}],"default":null},{"name":"event_time","doc":"When the feedback was given, UTC. The event time of the record.","type":{"type":"long","logicalType":"timestamp-micros"}},{"name":"sent_time","doc":"When the client sent it, by its own clock.","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"default":null},{"name":"received_time","doc":"When the edge accepted it.","type":{"type":"long","logicalType":"timestamp-micros"}},{"name":"client","doc":"The software that sent it.","type":["null",{"type":"record","name":"millrace.feedback.v1.ClientInfo","doc":"The software that sent the feedback.","fields":[{"name":"sdk","doc":"Name of the library.","type":"string"},{"name":"version","doc":"Its version.","type":"string"}]}],"default":null},{"name":"api_key_id","doc":"Which key authorised it; never the key itself.","type":["null","string"],"default":null}]}',
);
