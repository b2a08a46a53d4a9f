import type { Wire } from '../../../pipeline/core/ports/wire.ts';
import type { Topic } from '../../../pipeline/core/topic.ts';
import { topics } from '../../../topologies/feedback/topics.ts';
import type { Damage, InputTopic, Inputs, Message } from '../generator/message.ts';

type InputTopics = { readonly [T in InputTopic]: Topic<Inputs[T]> };

const inputs: InputTopics = {
  'reference.signals': topics.referenceSignals,
  'reference.segments': topics.referenceSegments,
  'reference.blocklist': topics.referenceBlocklist,
  'model.deployments': topics.modelDeployments,
  'inference.logged': topics.inferenceLogged,
  'feedback.received': topics.feedbackReceived,
};

/** The topics that the generator fills. */
export const inputTopics: ReadonlyArray<string> = Object.keys(inputs);

/** Makes the bytes of a message, damaged as the message says. */
export type MessageEncoder = (message: Message) => Buffer;

type Encoders = { readonly [T in InputTopic]: (value: Inputs[T]) => Buffer };

const encodersOf = async (wire: Wire): Promise<Encoders> => {
  const encoder = <T extends InputTopic>(topic: T): Promise<(value: Inputs[T]) => Buffer> => wire.encoder(topic, inputs[topic].type);
  return {
    'reference.signals': await encoder('reference.signals'),
    'reference.segments': await encoder('reference.segments'),
    'reference.blocklist': await encoder('reference.blocklist'),
    'model.deployments': await encoder('model.deployments'),
    'inference.logged': await encoder('inference.logged'),
    'feedback.received': await encoder('feedback.received'),
  };
};

const encodedBy = (encoders: Encoders, message: Message): Buffer | undefined => {
  if (message.value === null) return undefined;
  switch (message.topic) {
    case 'reference.signals':
      return encoders[message.topic](message.value);
    case 'reference.segments':
      return encoders[message.topic](message.value);
    case 'reference.blocklist':
      return encoders[message.topic](message.value);
    case 'model.deployments':
      return encoders[message.topic](message.value);
    case 'inference.logged':
      return encoders[message.topic](message.value);
    case 'feedback.received':
      return encoders[message.topic](message.value);
  }
};

const headerSize = 5;

/** The id of the schema that another topic's records are written under. */
const foreignHeader = (bytes: Buffer, foreign: Buffer): Buffer =>
  Buffer.concat([foreign.subarray(0, headerSize), bytes.subarray(headerSize)]);

const damaged = (bytes: Buffer, damage: Damage | null, foreign: () => Buffer): Buffer => {
  switch (damage) {
    case null:
      return bytes;
    case 'cut':
      return bytes.subarray(0, Math.floor(bytes.length / 2));
    case 'appended':
      return Buffer.concat([bytes, Buffer.from([0])]);
    case 'foreign_schema':
      return foreignHeader(bytes, foreign());
  }
};

/** A header of each topic's schema, taken from the first sound value that there is. */
const headersOf = (encoders: Encoders, messages: ReadonlyArray<Message>): ReadonlyMap<string, Buffer> => {
  const headers = new Map<string, Buffer>();
  for (const message of messages) {
    if (headers.has(message.topic)) continue;
    const bytes = encodedBy(encoders, message);
    if (bytes !== undefined) headers.set(message.topic, bytes.subarray(0, headerSize));
  }
  return headers;
};

/** Registers the schemas of all input topics and returns what encodes these messages. */
export const messageEncoder = async (wire: Wire, messages: ReadonlyArray<Message>): Promise<MessageEncoder> => {
  const encoders = await encodersOf(wire);
  const headers = headersOf(encoders, messages);
  const foreign = (topic: string): Buffer =>
    headers.get(topic === 'inference.logged' ? 'feedback.received' : 'inference.logged') ?? Buffer.alloc(headerSize);
  return (message) => {
    if (message.raw !== null) return Buffer.from(message.raw, 'base64');
    const bytes = encodedBy(encoders, message) ?? Buffer.alloc(0);
    return damaged(bytes, message.damage, () => foreign(message.topic));
  };
};
