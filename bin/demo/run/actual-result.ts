import type { Launched } from '../../../pipeline/runtime/launch/launch.ts';
import type { Counts, Result } from '../verify/result.ts';
import type { Outputs } from './outputs.ts';
import type { TableFigures } from './read-tables.ts';
import { waitingIn } from './waiting-in.ts';

/** What a run came to, as the product tells it. */
export interface RunFigures {
  readonly tables: TableFigures;
  readonly outputs: Outputs;
  readonly launched: Launched;
  /** Events that operators counted, by node and event joined with a slash. */
  readonly events: Counts;
}

const counted = (names: ReadonlyArray<string>): Counts => {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
};

const judged = new Set(['feedback.received', 'inference.logged']);

const inferencesIn = ({ windows }: TableFigures): number =>
  Object.values(windows).reduce((sum, { inference_count }) => sum + inference_count, 0);

/** The result of a run in the form in which it can be compared: from ClickHouse, from the topics, and for what is held back from state. */
export const actualResult = ({ tables, outputs, launched, events }: RunFigures): Result => {
  const { windows, quality, outcomes } = tables;
  const { examples, refused, orphans, counts } = outputs;
  const refusedOf = (topic: string): number => refused.filter((one) => one.topic === topic).length;
  return {
    ended: {
      attributed: (outcomes.TRAINING ?? 0) + (outcomes.REVIEW ?? 0),
      duplicate: events['dedupe/duplicates'] ?? 0,
      orphaned: outcomes.ORPHANED ?? 0,
      waiting: waitingIn(launched.tasks),
      rejected: refusedOf('feedback.received'),
    },
    inferences: { accepted: inferencesIn(tables), rejected: refusedOf('inference.logged') },
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
