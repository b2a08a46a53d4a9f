import type { Message } from '../generator/message.ts';

const year2000 = Date.UTC(2000, 0, 1) * 1000;
const ahead = 60_000 * 1000;

/** The ids that a registry knows are small; the generator's unknown one is this. */
const unknownId = 0x7fffffff;

const unreadableBytes = (bytes: Buffer): string => {
  if (bytes.length === 0 || bytes[0] !== 0) return 'bad_magic';
  if (bytes.length < 5) return 'not_decodable';
  return bytes.readUInt32BE(1) === unknownId ? 'unknown_schema_id' : 'not_decodable';
};

const eventTime = (message: Message): number | undefined => {
  if (message.topic === 'feedback.received') return message.value?.event_time;
  if (message.topic === 'inference.logged') return message.value?.started;
  if (message.topic === 'model.deployments') return message.value?.deployed_at;
  return message.value?.updated_at;
};

/** The code under which its source refuses a message, or undefined if the source takes it. */
export const unreadable = (message: Message): string | undefined => {
  if (message.raw !== null) return unreadableBytes(Buffer.from(message.raw, 'base64'));
  if (message.damage !== null) return 'not_decodable';
  const time = eventTime(message);
  const wrong = time === undefined || time < year2000 || time > message.arrived_at + ahead;
  return wrong ? 'bad_time' : undefined;
};
