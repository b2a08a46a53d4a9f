import { compiledOf } from '../../avro/record-type.ts';
import { MillraceError } from '../../core/errors.ts';
import type { Topology } from '../../core/graph.ts';
import { days, minutes } from '../../core/time.ts';
import type { Topic } from '../../core/topic.ts';
import { Draw } from '../draw.ts';
import { avroValue, keyUnder, type Making, timeUnder } from './avro-value.ts';
import { type Message, message } from './message.ts';
import { inputTopics } from './stage.ts';

/** How many records are made for the sources together, and for each broadcast topic. */
const records = 1_020;
const broadcastRecords = 24;
/** Under how many keys. */
const keys = 12;
/** Event time of the first record. */
const start = Date.UTC(2024, 0, 1);

/** Over how much event time the records are spread, and how far one may be behind those before it, ms. */
interface Pace {
  readonly span: number;
  readonly disorder: number;
}

/** Long enough for windows to close and state to expire, and no more out of order than every window takes. */
const paceOf = ({ nodes }: Topology): Pace => {
  const operators = nodes.flatMap((node) => (node.kind === 'step' ? [node.operator] : []));
  const holds = operators.flatMap((operator) => operator.holds ?? []);
  const lateness = operators.flatMap((operator) => operator.lateness ?? []);
  const span = Math.min(Math.max(minutes(10), 3 * Math.max(0, ...holds)), days(90));
  return { span, disorder: Math.min(span / 10, ...lateness.map((ms) => ms / 2)) };
};

const makingOf = (topic: Topic<unknown>, draw: Draw, time: number): Making => {
  const key = draw.whole(0, keys - 1);
  return {
    draw,
    time,
    at: (path, schema) => {
      if (path === topic.time) return timeUnder(schema, time);
      const place = topic.key.indexOf(path);
      return place < 0 ? undefined : keyUnder(schema, key, place);
    },
  };
};

const madeUp = (topic: Topic<unknown>, draw: Draw, time: number): Message => {
  const value = avroValue(compiledOf(topic.type).schema, makingOf(topic, draw, time));
  try {
    topic.type.encode(value);
    return message(topic, value);
  } catch (error) {
    throw new MillraceError('bad_config', `no values can be made up for ${topic.name}: give the simulation its inputs`, error);
  }
};

/**
 * Records made up from the schemas of the source topics, for whoever gives none: few keys, the same in all topics, event times that go on
 * as fast as windows need to close, and everything else by chance.
 */
export const defaultInputs = (topology: Topology, seed: number): ReadonlyArray<Message> => {
  const draw = new Draw(seed);
  const { sources, broadcasts } = inputTopics(topology);
  const { span, disorder } = paceOf(topology);
  const told = broadcasts.flatMap((topic) => Array.from({ length: broadcastRecords }, () => madeUp(topic, draw, start)));
  const sent = Array.from({ length: records }, (_, n) => {
    const topic = sources[n % sources.length];
    const time = start + Math.floor((n * span) / records - draw.unit() * disorder);
    return topic === undefined ? [] : [madeUp(topic, draw, Math.max(start, time))];
  });
  return [...told, ...sent.flat()];
};
