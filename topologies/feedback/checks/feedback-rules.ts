import type { Rule, Rules } from '../../../operators/validate.ts';
import type { FeedbackEvent } from '../../../schemas/generated/feedback-event.ts';
import type { CheckedFeedback } from './checked-feedback.ts';
import { isDeclared, isInRange, isListed } from './signal-rules.ts';
import { allowsItsKind, hasItsKind, isCoherent, isEmpty, isTooLong } from './value-rules.ts';

/** A rule that needs the record alone. */
const record = (
  code: string,
  isKept: (event: FeedbackEvent) => boolean,
  detail: (event: FeedbackEvent) => string,
): Rule<CheckedFeedback> => ({
  code,
  check: ({ event }) => (isKept(event) ? undefined : detail(event)),
});

/** A rule that needs the reference data, too. */
const reference = (
  code: string,
  isKept: (checked: CheckedFeedback) => boolean,
  detail: (checked: CheckedFeedback) => string,
): Rule<CheckedFeedback> => ({ code, check: (checked) => (isKept(checked) ? undefined : detail(checked)) });

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** What every record must say, also one that only takes back. */
const ofIdentity: Rules<CheckedFeedback> = [
  record(
    'missing_tenant',
    ({ tenant }) => tenant !== '',
    () => 'tenant is empty',
  ),
  record(
    'bad_feedback_id',
    ({ feedback_id }) => uuid.test(feedback_id),
    () => 'feedback_id is no UUID',
  ),
  record(
    'missing_target',
    ({ target }) => target.id !== '',
    () => 'target.id is empty',
  ),
  record(
    'target_kind_unsupported',
    ({ target }) => target.kind === 'INFERENCE',
    ({ target }) => `target.kind ${target.kind} is not INFERENCE`,
  ),
  record(
    'op_unsupported',
    ({ op }) => op !== 'UNKNOWN',
    () => 'op is UNKNOWN',
  ),
];

/** What is said must be sound; what only takes something back says nothing. */
const ofContent: Rules<CheckedFeedback> = [
  record(
    'unknown_feedback_type',
    ({ feedback_type }) => feedback_type !== 'UNKNOWN',
    () => 'feedback_type is UNKNOWN',
  ),
  record('value_kind_mismatch', hasItsKind, ({ value_kind }) => `value_kind is ${value_kind}, and not exactly that value is set`),
  record(
    'unknown_implicit_signal',
    ({ implicit }) => implicit?.signal !== 'UNKNOWN',
    () => 'implicit.signal is UNKNOWN',
  ),
  record(
    'kind_not_allowed',
    allowsItsKind,
    ({ feedback_type, value_kind }) => `${feedback_type} does not take this value of kind ${value_kind}`,
  ),
  reference('undeclared_signal', isDeclared, ({ event }) => `no signal of this key is declared with values of kind ${event.value_kind}`),
  record(
    'empty_value',
    (event) => !isEmpty(event),
    ({ value_kind }) => `the value of kind ${value_kind} is empty`,
  ),
  record(
    'text_too_long',
    (event) => !isTooLong(event),
    () => 'a text is longer than 10,000 characters, or a label than 256',
  ),
  reference('label_not_allowed', isListed, ({ event }) => `the value of kind ${event.value_kind} is not among the labels of its signal`),
  reference('value_out_of_range', isInRange, ({ event }) => `a number of the value of kind ${event.value_kind} is out of its range`),
  record(
    'preference_incoherent',
    isCoherent,
    ({ value_kind }) => `the ${value_kind.toLowerCase()} contradicts itself or does not name its target`,
  ),
  reference(
    'blocked_submitter',
    ({ event, block }) => block === undefined || event.submitter.id_hash === null,
    ({ block }) => `the submitter is blocked by version ${block?.version ?? ''} of the list`,
  ),
];

const unlessRetracted = ({ code, check }: Rule<CheckedFeedback>): Rule<CheckedFeedback> => ({
  code,
  check: (checked) => (checked.event.op === 'RETRACT' ? undefined : check(checked)),
});

/**
 * What one feedback can tell by itself and by the reference data, in the order of docs/rules.md. The details name the field and never
 * what an end user wrote. A retraction need not say more than what it takes back.
 */
export const feedbackRules: Rules<CheckedFeedback> = [...ofIdentity, ...ofContent.map(unlessRetracted)];
