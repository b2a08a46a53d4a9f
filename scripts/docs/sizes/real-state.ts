import { fileURLToPath } from 'node:url';
import { generate } from '../../../bin/demo/generator/generate.ts';
import type { InputTopic, Message } from '../../../bin/demo/generator/message.ts';
import { readData } from '../../../bin/demo/generator/read-data.ts';
import type { StateSpec } from '../../../pipeline/core/operator.ts';
import { drive } from '../../../pipeline/testing/drive.ts';
import type { Driver } from '../../../pipeline/testing/drive/driver.ts';
import { feedback } from '../../../topologies/feedback/topology.ts';
import { topics } from '../../../topologies/feedback/topics.ts';

/** Entries of one kind that a node of the feedback topology holds after real records, with how they are written. */
export interface RealState {
  readonly node: string;
  /** What there is one entry for. */
  readonly each: string;
  readonly spec: StateSpec<unknown>;
  readonly entries: ReadonlyArray<readonly [key: string, value: unknown]>;
}

/** µs. */
const hour = 3_600 * 1_000_000;

/** The messages of one topic. */
const of = <T extends InputTopic>(messages: ReadonlyArray<Message>, topic: T): ReadonlyArray<Extract<Message, { readonly topic: T }>> =>
  messages.filter((message): message is Extract<Message, { readonly topic: T }> => message.topic === topic);

const present = <V>({ value }: { readonly value: V | null }): ReadonlyArray<V> => (value === null ? [] : [value]);

const firstMessages = (hours: number): ReadonlyArray<Message> => {
  const data = readData(fileURLToPath(new URL('../../../data', import.meta.url)));
  const { messages, start } = generate({ data, seed: 1, clean: true });
  return messages.filter(({ arrived_at }) => arrived_at < start + hours * hour);
};

const fill = async (driver: Driver, messages: ReadonlyArray<Message>, withInferences: boolean): Promise<void> => {
  await driver.put(topics.referenceSignals, ...of(messages, 'reference.signals').flatMap(present));
  await driver.put(topics.modelDeployments, ...of(messages, 'model.deployments').flatMap(present));
  await driver.run();
  if (withInferences) await driver.put(topics.inferenceLogged, ...of(messages, 'inference.logged').flatMap(present));
  await driver.put(topics.feedbackReceived, ...of(messages, 'feedback.received').flatMap(present));
  await driver.run();
};

const specOf = (node: string): StateSpec<unknown> => {
  const found = feedback.nodes.find(({ name }) => name === node);
  const spec = found?.kind === 'step' ? found.operator.state : undefined;
  if (spec === undefined) throw new Error(`"${node}" keeps no state`);
  return spec;
};

const stateOf = (driver: Driver, node: string, each: string): RealState => ({
  node,
  each,
  spec: specOf(node),
  entries: [...driver.state(node)],
});

/**
 * Runs the feedback topology over the first hours of the demo's real records and gives what its nodes then hold. Fewer than 24 hours, so that
 * nothing has been given up.
 */
export const realState = async (hours: number): Promise<ReadonlyArray<RealState>> => {
  const messages = firstMessages(hours);
  const matched = await drive(feedback, { partitions: 4 });
  await fill(matched, messages, true);
  const joined = stateOf(matched, 'attribute', 'inference');
  const isDigit = ([, value]: readonly [string, unknown]): boolean => specOf('attribute').encode(value).includes('digits');
  const revised = stateOf(matched, 'revise', 'feedback');
  const isOfDigits = ([, value]: readonly [string, unknown]): boolean => specOf('revise').encode(value).includes('digits');
  const waiting = await drive(feedback);
  await fill(waiting, messages, false);
  const states = [
    stateOf(matched, 'dedupe', 'feedback'),
    { ...joined, each: 'inference with 10 logits', entries: joined.entries.filter(isDigit) },
    { ...joined, each: 'inference without logits', entries: joined.entries.filter((entry) => !isDigit(entry)) },
    stateOf(waiting, 'attribute', 'target whose feedback waits'),
    { ...revised, each: 'feedback on digits', entries: revised.entries.filter(isOfDigits) },
    { ...revised, each: 'other feedback', entries: revised.entries.filter((entry) => !isOfDigits(entry)) },
    stateOf(matched, 'first-answer', 'inference that was judged'),
    stateOf(matched, 'quality-1m', 'minute, version and task'),
    stateOf(matched, 'quality', 'minute and version, of 4 tasks'),
    stateOf(matched, 'rollback', 'minute and version'),
  ];
  await matched.close();
  await waiting.close();
  return states;
};
