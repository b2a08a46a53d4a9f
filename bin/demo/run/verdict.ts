import type { Outcome } from '../generator/message.ts';
import { compare, type Difference } from '../verify/compare.ts';
import type { Recomputed } from '../verify/recompute.ts';
import type { Result } from '../verify/result.ts';
import type { Refused } from './outputs.ts';

const without = (names: ReadonlyArray<string>, rollbacks: Result['rollbacks']): Result['rollbacks'] =>
  Object.fromEntries(Object.entries(rollbacks).filter(([version]) => !names.includes(version)));

/** Where each refused message went: node and code, and that its bytes are those that were sent. */
const refusals = (refused: ReadonlyArray<Refused>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    refused.map(({ message, node, rule, sameBytes }) => [message ?? '?', `${node}/${rule}${sameBytes ? '' : ', other bytes'}`]),
  );

const written = (outcomes: ReadonlyArray<Outcome>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    outcomes.filter(({ ended }) => ended === 'rejected').map(({ id, node, code }) => [id, `${String(node)}/${String(code)}`]),
  );

/** How the messages of a topic ended by what the generator wrote down before the run. */
const endedAsWritten = (
  outcomes: ReadonlyArray<Outcome>,
  topic: string,
  always: ReadonlyArray<string>,
): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = Object.fromEntries(always.map((name) => [name, 0]));
  for (const { ended } of outcomes.filter((outcome) => outcome.topic === topic)) counts[ended] = (counts[ended] ?? 0) + 1;
  return counts;
};

/**
 * Lists every place where a run differs from the brute force over its files, and from the outcomes that the generator wrote down before it.
 * Rollbacks that depend on when looks fall are left out on both sides.
 */
export const verdict = (
  actual: Result,
  { result, undecided }: Pick<Recomputed, 'result' | 'undecided'>,
  run: { readonly outcomes: ReadonlyArray<Outcome>; readonly refused: ReadonlyArray<Refused> },
): ReadonlyArray<Difference> => [
  ...compare(
    { ...actual, inferences: nonZero(actual.inferences), rollbacks: without(undecided, actual.rollbacks) },
    { ...result, inferences: nonZero(result.inferences), rollbacks: without(undecided, result.rollbacks) },
  ),
  ...compare(
    { refused: refusals(run.refused), ended: actual.ended },
    { refused: written(run.outcomes), ended: endedAsWritten(run.outcomes, 'feedback.received', Object.keys(actual.ended)) },
  ).map((difference) => ({ ...difference, path: `written down → ${difference.path}` })),
];

const nonZero = (counts: Readonly<Record<string, number>>): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));
