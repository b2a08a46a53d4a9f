import type { DifferingResult, OutputComparison } from '../../pipeline/runtime/replay/compare-outputs.ts';
import type { ReplayReport } from '../services/replay-on.ts';

const exampleLines = ({ id, is, changes }: DifferingResult): ReadonlyArray<string> => [
  `  ${is}: ${id}`,
  ...changes.map((line) => `    - ${line}`),
];

const differ = ({ different, onlyHere, onlyThere }: OutputComparison): number => different + onlyHere + onlyThere;

const row = (cells: ReadonlyArray<string | number>): string =>
  cells.map((cell, at) => (at === 0 ? String(cell).padEnd(48) : String(cell).padStart(11))).join(' ');

/** How outputs compare, for people: a row each, then examples of what is not the same. */
export const comparisonText = (comparisons: ReadonlyArray<OutputComparison>): ReadonlyArray<string> => [
  '',
  row(['results of', 'same', 'different', 'only here', 'only there', 'open']),
  ...comparisons.map(({ topic, same, different, onlyHere, onlyThere, open }) => row([topic, same, different, onlyHere, onlyThere, open])),
  ...comparisons.filter((one) => differ(one) > 0).flatMap(({ topic, examples }) => ['', `${topic}:`, ...examples.flatMap(exampleLines)]),
];

const topicLines = ({ outputs, isRemoved }: ReplayReport): ReadonlyArray<string> =>
  isRemoved
    ? ['its topics are removed']
    : [
        '',
        'what it wrote (here) in place of what is there:',
        ...outputs.map(({ original, replayed }) => `  ${original.padEnd(46)} ${replayed}`),
      ];

/** A replay for people. */
export const replayText = (report: ReplayReport): string => {
  const { topology, id, progress, isComplete, comparisons } = report;
  const head = `${topology}: replayed ${progress.done} of ${progress.all} offsets as ${id}${isComplete ? '' : ', ended before the rest'}`;
  return [head, ...topicLines(report), ...(comparisons === undefined ? [] : comparisonText(comparisons)), ''].join('\n');
};
