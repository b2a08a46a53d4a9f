import { randomUUID } from 'node:crypto';
import { memoryRegistry } from '../../../pipeline/avro/memory-registry.ts';
import { createWire } from '../../../pipeline/avro/wire.ts';
import { kafkaCluster } from '../../../pipeline/cluster/kafka/kafka-cluster.ts';
import type { KafkaClusterOptions } from '../../../pipeline/cluster/kafka/kafka-options.ts';
import type { Cluster, Isolation } from '../../../pipeline/core/ports/cluster.ts';
import type { Log, LogFields } from '../../../pipeline/core/ports/log.ts';
import { rawTopic, topic } from '../../../pipeline/core/topic.ts';
import { topology } from '../../../pipeline/core/topology.ts';
import { Runner } from '../../../pipeline/runtime/runner.ts';
import { defaultSettings } from '../../../pipeline/runtime/settings.ts';
import { systemClock } from '../../../pipeline/runtime/system-clock.ts';
import { memoryStore } from '../../../pipeline/state/memory-store.ts';
import { readTopic } from '../../../pipeline/testing/drive/read-topic.ts';
import { numbered } from '../../pipeline/runtime/numbered.ts';
import { type RecordingMeter, recordingMeter } from '../../pipeline/runtime/recording-meter.ts';
import { clickOf, clickType, newYear } from '../clicks.ts';
import { until } from '../until.ts';
import type { ProxiedKafka } from './proxied-kafka.ts';

const users = ['a', 'b', 'c', 'd', 'e'];
const waveSize = 4;
const partitions = 2;

/** A process under test, whose traffic goes through the proxy. */
export interface UnderTest {
  readonly meter: RecordingMeter;
  /** Its log lines by their messages, with what they carry. */
  readonly lines: ReadonlyArray<LogFields & { readonly message: string }>;
  /** Resolves when it has ended; to what ended it, if something did. */
  readonly ended: Promise<unknown>;
  readonly stop: () => Promise<unknown>;
}

/** A topology that numbers the clicks of each user, on topics of its own. */
export interface NumberedClicks {
  readonly name: string;
  readonly output: string;
  /** Sends four clicks of each of five users. */
  readonly send: () => Promise<void>;
  readonly start: (slot: string) => Promise<UnderTest>;
  /** Resolves when so many waves have come out. */
  readonly out: (waves: number) => Promise<void>;
  /** Resolves when the coordinator has rolled back a transaction that is yet to begin: more has been written to the output, and none of it is pending. */
  readonly rolledBack: () => Promise<void>;
  /** `user/number` of all that so many waves have to give, sorted. */
  readonly expected: (waves: number) => ReadonlyArray<string>;
  readonly close: () => Promise<void>;
}

/** The topics are made and looked at past the proxy. The options are those of the processes under test. */
export const numberedClicks = async (
  kafka: ProxiedKafka,
  options: Pick<KafkaClusterOptions, 'transactionTimeoutMs' | 'producerSettings'> = {},
): Promise<NumberedClicks> => {
  const run = randomUUID().slice(0, 8);
  const input = topic(`clicked-${run}`, { type: clickType, key: ['user'], time: 'at' });
  const output = topic(`numbered-${run}`, { type: clickType, key: ['user'], time: 'at' });
  const clicks = topology(`clicks-${run}`, { deadLetter: rawTopic(`dead-${run}`) }, (t) => {
    t.source('in', input).pipe(numbered('number')).to('out', output);
  });
  const wire = createWire(memoryRegistry());
  const direct = kafkaCluster({ brokers: kafka.direct, clientId: `beside-${run}`, clock: systemClock });
  const open: Cluster[] = [direct];
  const admin = await direct.admin();
  await admin.createTopics([input.name, output.name, `dead-${run}`].map((name) => ({ topic: name, partitions })));
  const encode = await wire.encoder(input.name, clickType);
  const producer = await direct.producer();
  let sent = 0;

  const start = async (slot: string): Promise<UnderTest> => {
    const lines: (LogFields & { readonly message: string })[] = [];
    const note = (fields: LogFields, message: string): void => void lines.push({ ...fields, message });
    const log: Log = { debug: note, info: note, warn: note, error: note };
    const meter = recordingMeter();
    const cluster = kafkaCluster({ brokers: kafka.proxied, clientId: `${run}-${slot}`, clock: systemClock, log, ...options });
    open.push(cluster);
    const runner = await Runner.start(
      clicks,
      { cluster, wire, clock: systemClock, meter, log, makeStore: (spec, { node }) => memoryStore(spec, { node }) },
      { ...defaultSettings, slot, commitEvery: 50 },
    );
    const ended = runner.run().catch(async (error: unknown) => {
      await runner.abandon();
      // As the process would: its member leaves, and cannot commit any more.
      await cluster.close().catch(() => undefined);
      return error;
    });
    const stop = (): Promise<unknown> => {
      runner.stop();
      return ended;
    };
    return { meter, lines, ended, stop };
  };

  const end = async (isolation: Isolation): Promise<number> => {
    const ends = Array.from({ length: partitions }, (_, partition) => admin.watermarks({ topic: output.name, partition }, isolation));
    return (await Promise.all(ends)).reduce((sum, { high }) => sum + high, 0);
  };

  return {
    name: clicks.name,
    rolledBack: async () => {
      const before = await end('uncommitted');
      const isDone = async (): Promise<boolean> => {
        const all = await end('uncommitted');
        return all > before && (await end('committed')) === all;
      };
      await until('the coordinator has rolled back', isDone, { within: 30_000, every: 100 });
    },
    output: output.name,
    start,
    send: async () => {
      const clicksOfWave = Array.from({ length: waveSize }, (_, n) =>
        users.map((user) => clickOf(user, newYear + sent * waveSize + n)),
      ).flat();
      sent += 1;
      await Promise.all(
        clicksOfWave.map((click) => producer.send({ topic: input.name, key: Buffer.from(click.user), value: encode(click) })),
      );
    },
    out: async (waves) => {
      const wanted = waves * waveSize * users.length;
      await until(`${wanted} records are out`, async () => (await readTopic(direct, output.name)).length >= wanted, {
        within: 60_000,
        every: 100,
      });
    },
    expected: (waves) => users.flatMap((user) => Array.from({ length: waves * waveSize }, (_, n) => `${user}/${n + 1}`)).sort(),
    close: async () => {
      for (const cluster of open.reverse()) await cluster.close();
    },
  };
};
