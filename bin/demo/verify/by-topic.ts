import type { Example } from './example-of.ts';
import type { Examples, Records } from './result.ts';

const picked = <T extends { readonly event_id: string }>(
  examples: ReadonlyArray<Example>,
  of: (example: Example) => T | undefined,
): Records<T> => {
  const records: Record<string, T> = {};
  for (const example of examples) {
    const record = of(example);
    if (record !== undefined) records[record.event_id] = record;
  }
  return records;
};

/** Sorts examples by their topic, each under its event_id. */
export const byTopic = (examples: ReadonlyArray<Example>): Examples => ({
  'training.corrections': picked(examples, (example) => (example.topic === 'training.corrections' ? example.record : undefined)),
  'training.preferences': picked(examples, (example) => (example.topic === 'training.preferences' ? example.record : undefined)),
  'training.ratings': picked(examples, (example) => (example.topic === 'training.ratings' ? example.record : undefined)),
  'training.implicit': picked(examples, (example) => (example.topic === 'training.implicit' ? example.record : undefined)),
  'review.tasks': picked(examples, (example) => (example.topic === 'review.tasks' ? example.record : undefined)),
});
