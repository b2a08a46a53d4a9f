import { MillraceError } from '../../pipeline/core/errors.ts';
import { hours } from '../../pipeline/core/time.ts';
import type { Breach, PolicyNumbers, SampleRatio, Span } from './policy.ts';
import type { Rule } from './rule.ts';

const defaults: PolicyNumbers = {
  span: 'sinceDeployed',
  baseline: 'previous',
  minSamples: 200,
  minSubmitters: 20,
  minEffect: 0,
  breach: { failures: 2, of: 2 },
  lookEvery: 50,
  warmup: 0,
  cooldown: hours(1),
  maxRollbacks: 2,
  noData: { after: hours(1), mode: 'hold' },
  tolerated: 4,
  sampleRatio: 'off',
  remember: hours(25),
};

const isWhole = (value: number, least: number): boolean => Number.isSafeInteger(value) && value >= least;

const spanIsGood = (span: Span): boolean => span === 'sinceDeployed' || isWhole(span.lastWindows, 1);

const breachIsGood = ({ failures, of }: Breach): boolean => isWhole(failures, 1) && isWhole(of, failures);

const isShare = (value: number): boolean => value > 0 && value < 1;

const ratioIsGood = (ratio: SampleRatio | 'off'): boolean =>
  ratio === 'off' || (isShare(ratio.candidateShare) && isShare(ratio.p ?? 0.001));

/** What the rule can judge: see `Rule.reads`. */
const spanSuits = ({ reads }: Pick<Rule, 'reads'>, span: Span): ReadonlyArray<readonly [isMet: boolean, sentence: string]> => [
  [reads !== 'whole' || span === 'sinceDeployed', "its rule holds its error level over all windows only: span is 'sinceDeployed'"],
  [reads !== 'series' || span !== 'sinceDeployed', 'its rule reads a series of windows: span is { lastWindows }'],
];

/** What is asked of each number, as a sentence, and whether it is so. */
const demands = (numbers: PolicyNumbers): ReadonlyArray<readonly [isMet: boolean, sentence: string]> => [
  [isWhole(numbers.minSamples, 1), 'minSamples is a whole number from 1'],
  [isWhole(numbers.minSubmitters, 0) && numbers.minSubmitters <= 64, 'minSubmitters is a whole number from 0 to 64'],
  [numbers.minEffect >= 0, 'minEffect is not negative'],
  [breachIsGood(numbers.breach), 'breach.failures is at least 1 and at most breach.of'],
  [isWhole(numbers.lookEvery, 1), 'lookEvery is a whole number from 1'],
  [isWhole(numbers.maxRollbacks, 1), 'maxRollbacks is a whole number from 1'],
  [isWhole(numbers.tolerated, 1), 'tolerated is a whole number from 1'],
  [spanIsGood(numbers.span), 'span.lastWindows is a whole number from 1'],
  [ratioIsGood(numbers.sampleRatio), 'sampleRatio.candidateShare and sampleRatio.p lie between 0 and 1'],
  [numbers.warmup >= 0, 'warmup is a number of ms from 0'],
  [numbers.cooldown >= 0, 'cooldown is a number of ms from 0'],
  [numbers.noData.after >= 0, 'noData.after is a number of ms from 0'],
  [numbers.remember >= 0, 'remember is a number of ms from 0'],
];

/**
 * The numbers of a policy with the defaults in place of what it leaves out.
 *
 * @throws MillraceError `bad_topology` listing every number that is not accepted, with what is.
 */
export const policyNumbers = (policy: Partial<PolicyNumbers> & { readonly name: string; readonly rule?: Rule }): PolicyNumbers => {
  const given = Object.entries(policy).filter(([name]) => name in defaults);
  const numbers: PolicyNumbers = { ...defaults, ...Object.fromEntries(given) };
  const asked = [...demands(numbers), ...spanSuits(policy.rule ?? {}, numbers.span)];
  const mistakes = asked.flatMap(([isMet, sentence]) => (isMet ? [] : [sentence]));
  if (mistakes.length > 0) throw new MillraceError('bad_topology', `policy "${policy.name}": ${mistakes.join('; ')}`);
  return Object.freeze(numbers);
};
