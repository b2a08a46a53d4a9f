import type { ReviseOptions } from '../../../operators/revise/options.ts';
import type { Rules } from '../../../operators/validate.ts';
import { versioned } from '../../../pipeline/core/key.ts';
import { days, hours } from '../../../pipeline/core/time.ts';
import type { AttributedFeedback } from '../../../schemas/generated/attributed-feedback.ts';
import type { InferenceCarry } from '../../../schemas/generated/inference-carry.ts';
import { attributed } from '../attribution/attributed.ts';
import { attributedRules } from '../checks/attributed-rules.ts';
import { type Statement, statementCodec } from './statement.ts';

/**
 * How long feedback can be amended or retracted after the last that was said of it, and how long an amendment waits for its original, in ms of
 * stream time: 25 h longer than feedback waits for its inference.
 */
export const amendFor = hours(50);

/** How long a retraction is remembered, in ms of stream time: longer than an orphan can still be matched, so that none comes back. */
const rememberFor = days(30) + hours(50);

const carryOf = ({ tenant, inference, logits, embedding, attributions }: AttributedFeedback): InferenceCarry => ({
  tenant,
  inference,
  logits,
  embedding,
  attributions,
});

/** The amendment about the inference of its original. What the reference data said of the amendment stays. */
const amended = (original: AttributedFeedback, { feedback, enrichment, segment, score }: AttributedFeedback): AttributedFeedback => ({
  ...attributed(feedback, carryOf(original), original.attribution.status),
  enrichment,
  segment,
  score,
});

const amend = (original: Statement, amendment: Statement): Statement =>
  original.attributed === null || amendment.attributed === null
    ? original
    : { says: 'STANDS', feedback: amendment.feedback, attributed: amended(original.attributed, amendment.attributed), orphan: null };

const rules: Rules<Statement> = attributedRules.map(({ code, check }) => ({
  code,
  check: ({ attributed: about }) => (about === null ? undefined : check(about)),
}));

/**
 * What is current of each feedback: the original or, of its amendments, the one with the latest event time (equal ones by their offset), until a
 * retraction. An amendment must fit the inference as feedback must. Orphans can be retracted; amendments of them wait for the inference.
 */
export const revision: ReviseOptions<Statement, 'feedback.tenant' | 'feedback.target.id' | 'feedback.feedback_id'> = {
  key: ['feedback.tenant', 'feedback.target.id', 'feedback.feedback_id'],
  says: versioned('1', ({ says }) => says),
  order: versioned('event-time/1', ({ feedback }) => feedback.event_time),
  isAmendable: versioned('attributed/1', ({ attributed: about }) => about !== null),
  amend,
  rules,
  codec: statementCodec,
  within: amendFor,
  remember: rememberFor,
};
