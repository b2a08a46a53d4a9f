import { generate } from '../../../bin/demo/generator/generate.ts';
import { readData } from '../../../bin/demo/generator/read-data.ts';
import { messageEncoder } from '../../../bin/demo/run/input-topics.ts';
import { recompute } from '../../../bin/demo/verify/recompute.ts';
import type { Result } from '../../../bin/demo/verify/result.ts';
import { createWire } from '../../../pipeline/avro/wire.ts';
import { httpRegistry } from '../../../pipeline/avro/http-registry.ts';
import type { Cluster, LogRecord, TopicPartition } from '../../../pipeline/core/ports/cluster.ts';

/** The partitions of a topic. */
export const placesOf = async (cluster: Cluster, topic: string): Promise<ReadonlyArray<TopicPartition>> => {
  const count = (await (await cluster.admin()).partitions([topic])).get(topic) ?? 0;
  return Array.from({ length: count }, (_, partition) => ({ topic, partition }));
};

/** Sends what the demo makes of a folder of data, and returns what the brute force makes of that. */
export const sendFeedback = async (cluster: Cluster, registry: string, data: string): Promise<Result> => {
  const { messages } = generate({ data: readData(data), seed: 1, clean: false });
  const encode = await messageEncoder(createWire(httpRegistry({ url: registry })), messages);
  const producer = await cluster.producer();
  const now = Date.now();
  const send = (message: (typeof messages)[number]): Promise<unknown> =>
    producer.send({ topic: message.topic, key: Buffer.from(message.key), value: encode(message), timestamp: now });
  const isReference = ({ topic }: { readonly topic: string }): boolean => topic.startsWith('reference.');
  await Promise.all(messages.filter(isReference).map(send));
  await Promise.all(messages.filter((message) => !isReference(message)).map(send));
  await producer.close();
  return recompute(messages).result;
};

/** Whether a group has committed the ends of these topics. */
export const isRead = async (cluster: Cluster, group: string, topics: ReadonlyArray<string>): Promise<boolean> => {
  const admin = await cluster.admin();
  const places = (await Promise.all(topics.map((topic) => placesOf(cluster, topic)))).flat();
  const committed = new Map(
    (await admin.committed(group, places)).map(({ topic, partition, offset }) => [`${topic}/${partition}`, offset]),
  );
  const ends = await Promise.all(places.map(async (place) => [place, (await admin.watermarks(place, 'committed')).high] as const));
  return ends.every(([{ topic, partition }, end]) => end === 0 || committed.get(`${topic}/${partition}`) === end);
};

/** All committed records of a topic. */
export const readAll = async (cluster: Cluster, topic: string): Promise<ReadonlyArray<LogRecord>> => {
  const reader = await cluster.reader('committed');
  const places = await placesOf(cluster, topic);
  const ends = await Promise.all(places.map(async (place) => [place, (await reader.watermarks(place, 'committed')).high] as const));
  await reader.assign(places.map((place) => ({ ...place, offset: 0 })));
  const records: LogRecord[] = [];
  while (ends.some(([place, end]) => end > (reader.position(place) ?? 0))) records.push(...(await reader.poll(1000, 100)));
  await reader.close();
  return records;
};
