import type { ModelDeployment } from '../../../schemas/generated/model-deployment.ts';
import type { Message } from '../generator/message.ts';
import type { Known, Logged } from './judge.ts';
import { unreadable } from './unreadable.ts';

/** What a run holds besides feedback, as it can be looked up. */
export interface Facts extends Known {
  /** First segment by tenant and hash of the submitter, joined with `|`. */
  readonly segments: ReadonlyMap<string, string | undefined>;
  readonly deployments: ReadonlyArray<ModelDeployment>;
}

/** What can be read and is of one kind. */
const values = <T>(messages: ReadonlyArray<Message>, of: (message: Message) => T | null): ReadonlyArray<T> =>
  messages.flatMap((message) => {
    const value = unreadable(message) === undefined ? of(message) : null;
    return value === null ? [] : [value];
  });

const logged = (message: Message): Logged | null =>
  message.topic === 'inference.logged' && message.value !== null ? { inference: message.value, arrived_at: message.arrived_at } : null;

const latest = (times: ReadonlyArray<number>): number => times.reduce((most, time) => Math.max(most, time), Number.NEGATIVE_INFINITY);

/** Collects the facts of a run from its messages, leaving out what cannot be read. */
export const factsOf = (messages: ReadonlyArray<Message>): Facts => {
  const inferences = values(messages, logged);
  const signals = values(messages, (message) => (message.topic === 'reference.signals' ? message.value : null));
  const blocks = values(messages, (message) => (message.topic === 'reference.blocklist' ? message.value : null));
  const segments = values(messages, (message) => (message.topic === 'reference.segments' ? message.value : null));
  const feedback = values(messages, (message) => (message.topic === 'feedback.received' ? message.value : null));
  return {
    inferences: new Map(inferences.map((entry) => [`${entry.inference.tenant}|${entry.inference.inference_id}`, entry])),
    signals: new Map(signals.map((signal) => [`${signal.tenant}|${signal.key}`, signal])),
    blocked: new Set(blocks.map((block) => `${block.tenant}|${block.submitter_id_hash}`)),
    segments: new Map(segments.map((entry) => [`${entry.tenant}|${entry.submitter_id_hash}`, entry.segments[0]])),
    deployments: values(messages, (message) => (message.topic === 'model.deployments' ? message.value : null)),
    end: Math.min(latest(inferences.map(({ inference }) => inference.started)), latest(feedback.map(({ event_time }) => event_time))),
  };
};
