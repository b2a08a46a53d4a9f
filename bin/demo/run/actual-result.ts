import type { Counts, Result } from '../verify/result.ts';
import type { Outputs } from './outputs.ts';
import type { TableFigures } from './read-tables.ts';

/** What a run came to, as the product tells it. */
export interface RunFigures {
  readonly tables: TableFigures;
  readonly outputs: Outputs;
  /** Feedback messages that were sent. */
  readonly sent: number;
  /** Feedback that waits in state. */
  readonly waiting: number;
  /** Duplicates as `dedupe` counted them; undefined if that was not all in this process, or some of it twice. */
  readonly duplicates: number | undefined;
}

const counted = (names: ReadonlyArray<string>): Counts => {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
};

const judged = new Set(['feedback.received', 'inference.logged']);

const inferencesIn = ({ windows }: TableFigures): number =>
  Object.values(windows).reduce((sum, { inference_count }) => sum + inference_count, 0);

const refusedOf = ({ outputs }: RunFigures, topic: string): number => outputs.refused.filter((one) => one.topic === topic).length;

/** How feedback ended. Duplicates leave nothing behind but their count: where that cannot be had, they are what is in no other place. */
const endedOf = (figures: RunFigures): Counts => {
  const { TRAINING = 0, REVIEW = 0, ORPHANED = 0 } = figures.tables.outcomes;
  const attributed = TRAINING + REVIEW;
  const rejected = refusedOf(figures, 'feedback.received');
  const { sent, waiting, duplicates = sent - attributed - ORPHANED - waiting - rejected } = figures;
  return { attributed, duplicate: duplicates, orphaned: ORPHANED, waiting, rejected };
};

/** The result of a run in the form in which it can be compared: from ClickHouse, from the topics, and for what is held back from state. */
export const actualResult = (figures: RunFigures): Result => {
  const { tables, outputs } = figures;
  const { windows, quality } = tables;
  const { examples, refused, orphans, counts } = outputs;
  return {
    ended: endedOf(figures),
    inferences: { accepted: inferencesIn(tables), rejected: refusedOf(figures, 'inference.logged') },
    rejected: counted(refused.filter(({ topic }) => judged.has(topic)).map(({ node, rule }) => `${node}/${rule}`)),
    quality,
    windows,
    rollbacks: Object.fromEntries(
      tables.rollbacks.map(({ model_name, from_version, to_version }) => [`${model_name}/${from_version}`, to_version]),
    ),
    training: Object.fromEntries(Object.keys(examples).map((topic) => [topic, counts[topic] ?? 0])),
    examples,
    orphans,
  };
};
