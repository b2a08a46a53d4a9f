import type { FeedbackEvent } from '../../../schemas/generated/feedback-event.ts';
import { feedbackRules } from '../../../topologies/feedback/checks/feedback-rules.ts';
import { type Refusal, ruleStatus } from '../refusal.ts';
import { timeProblem } from './times.ts';

/** The rule that nothing but the declared signals can judge. The others pass where reference data says nothing. */
const ofTheStream = 'undeclared_signal';

const rules = feedbackRules.filter(({ code }) => code !== ofTheStream);

/** The names that the client used for the two fields that have several: where in a body stands what a rule is about. */
export interface UsedNames {
  readonly target: string;
  readonly value: string;
}

const longestText = 10_000;

const isRationale = (event: FeedbackEvent): boolean => (event.rationale?.length ?? 0) > longestText;

const pathOf = (code: string, event: FeedbackEvent, names: UsedNames): string => {
  if (code === 'text_too_long' && isRationale(event)) return '/rationale';
  return `/${code === 'missing_target' ? names.target : names.value}`;
};

/**
 * Why the stream would refuse a feedback, as far as the record alone tells: the very rules of the topology, in their order. What needs the
 * declared signals or the block list is left to the stream.
 */
export const brokenRule = (event: FeedbackEvent, names: UsedNames): Refusal | undefined => {
  const checked = { event, signal: undefined, block: undefined };
  for (const { code, check } of rules) {
    const detail = check(checked);
    if (detail !== undefined) return { status: ruleStatus, code, message: detail, path: pathOf(code, event, names) };
  }
  return undefined;
};

/** Why the stream would refuse the event time (µs) of a record that arrives now (ms). `path`: of the field. */
export const badTime = (micros: number, now: number, path: string): Refusal | undefined => {
  const problem = timeProblem(micros, now);
  return problem === undefined ? undefined : { status: ruleStatus, code: 'bad_time', message: `the time ${problem}`, path };
};
