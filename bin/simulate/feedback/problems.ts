import type { Outputs } from '../../../pipeline/testing/simulate/outputs.ts';
import { topics } from '../../../topologies/feedback/topics.ts';
import { judged } from './answers.ts';
import { windowOf } from './quality-facts.ts';

/** Revisions of a window come one after the other, the last of them is final, and nothing comes after it. */
const revisionProblems = (outputs: Outputs): ReadonlyArray<string> => {
  const told = new Map<string, { readonly revision: number; readonly final: boolean }>();
  const problems: string[] = [];
  for (const row of outputs.values(topics.modelQuality)) {
    if (row.metric !== 'coverage' || row.model_name !== judged) continue;
    const window = windowOf(row);
    const before = told.get(window) ?? { revision: 0, final: false };
    told.set(window, row);
    if (before.final) problems.push(`${window} is told again after it was closed`);
    else if (row.revision !== before.revision + 1) problems.push(`${window}: revision ${row.revision} comes after ${before.revision}`);
  }
  const open = [...told].filter(([, { final }]) => !final).map(([window]) => `${window} was never closed`);
  return [...problems, ...open];
};

/** A version of which one deployment is watched is rolled back once. */
const commandProblems = (outputs: Outputs): ReadonlyArray<string> => {
  const rollbacks = outputs.values(topics.modelCommands).filter(({ kind }) => kind === 'ROLLBACK');
  return rollbacks.length > 1
    ? [`${rollbacks.length} rollbacks of one deployment: ${rollbacks.map(({ command_id }) => command_id).join(', ')}`]
    : [];
};

/** A sink that ends in a table and one that ends in a topic are given the same. */
const pairs = [
  [topics.modelQuality.name, 'quality-rows'],
  [topics.modelQualityCorrections.name, 'quality-correction-rows'],
  [topics.modelCommands.name, 'command-rows'],
] as const;

const bodies = (outputs: Outputs, name: string): string =>
  outputs
    .raw(name)
    .map(({ value }) => value?.subarray(5).toString('latin1') ?? '')
    .sort()
    .join('\0');

const pairProblems = (outputs: Outputs): ReadonlyArray<string> =>
  pairs.flatMap(([topic, sink]) =>
    bodies(outputs, topic) === bodies(outputs, sink) ? [] : [`${topic} and ${sink} hold different records`],
  );

/** What is wrong with the outputs of a run of the feedback topology, whatever went in. */
export const problems = (outputs: Outputs): ReadonlyArray<string> => [
  ...revisionProblems(outputs),
  ...commandProblems(outputs),
  ...pairProblems(outputs),
];
