import type { FeedbackEvent } from '../../../schemas/generated/feedback-event.ts';
import type { CheckedFeedback } from '../../../topologies/feedback/checks/checked-feedback.ts';
import { feedbackRules } from '../../../topologies/feedback/checks/feedback-rules.ts';
import type { Reference } from '../reference/reference.ts';
import { type Refusal, ruleStatus } from '../refusal.ts';
import { timeProblem } from './times.ts';

/** The names that the client used for the two fields that have several: where in a body stands what a rule is about. */
export interface UsedNames {
  readonly target: string;
  readonly value: string;
}

const longestText = 10_000;

const isRationale = (event: FeedbackEvent): boolean => (event.rationale?.length ?? 0) > longestText;

/** The fields of rules that are not about the value. */
const fieldsOf = ({ target }: UsedNames): Readonly<Record<string, string>> => ({
  missing_target: `/${target}`,
  undeclared_signal: '/key',
  blocked_submitter: '/submitter/id_hash',
});

const pathOf = (code: string, event: FeedbackEvent, names: UsedNames): string => {
  if (code === 'text_too_long' && isRationale(event)) return '/rationale';
  return fieldsOf(names)[code] ?? `/${names.value}`;
};

/** Whether a signal that nobody has declared is let through. One that is declared with values of another kind is not. */
const isLeft = (code: string, { signal }: CheckedFeedback, { undeclared }: Reference): boolean =>
  code === 'undeclared_signal' && undeclared === 'accept' && signal === undefined;

/** Why the stream would refuse a feedback: the very rules of the topology, in their order, on the reference data as it is known here. */
export const brokenRule = (event: FeedbackEvent, names: UsedNames, reference: Reference): Refusal | undefined => {
  const checked = reference.beside(event);
  for (const { code, check } of feedbackRules) {
    const detail = check(checked);
    if (detail === undefined || isLeft(code, checked, reference)) continue;
    return { status: ruleStatus, code, message: detail, path: pathOf(code, event, names) };
  }
  return undefined;
};

/** Why the stream would refuse the event time (µs) of a record that arrives now (ms). `path`: of the field. */
export const badTime = (micros: number, now: number, path: string): Refusal | undefined => {
  const problem = timeProblem(micros, now);
  return problem === undefined ? undefined : { status: ruleStatus, code: 'bad_time', message: `the time ${problem}`, path };
};
