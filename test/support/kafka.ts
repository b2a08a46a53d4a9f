import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';
import { kafkaProperties } from './kafka/properties.ts';
import { ready, startLeashed, type Leashed } from './leashed.ts';
import { prepared } from './prepared.ts';
import { skipBecause } from './skip-because.ts';

/** A real Apache Kafka of one node on the loopback address, whose data outlives `stop` and `kill` but not `close`. */
export interface KafkaBroker {
  /** `host:port`; stays the same through restarts. */
  readonly bootstrap: string;
  /** Ends it as an operator would, with a controlled shutdown. */
  readonly stop: () => Promise<void>;
  /** Ends it as a power failure would. */
  readonly kill: () => Promise<void>;
  /** Starts it again on the same data after `stop` or `kill`; resolves when it serves. */
  readonly restart: () => Promise<void>;
  /** Stops all its threads until `thaw`: connections stay open and nothing answers. */
  readonly freeze: () => void;
  readonly thaw: () => void;
  /** Ends it and removes its data. */
  readonly close: () => Promise<void>;
}

const run = promisify(execFile);

const jvm = (jars: string): ReadonlyArray<string> => [
  'java',
  '-Xms128m',
  '-Xmx768m',
  '-Dorg.slf4j.simpleLogger.showDateTime=true',
  '-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS',
  '-cp',
  `${jars}/*`,
];

/** What a broker is started with besides its configuration. */
export interface KafkaExtras {
  /** Arguments with which its storage is formatted, e.g. users. */
  readonly format?: ReadonlyArray<string>;
  readonly jvm?: ReadonlyArray<string>;
}

const format = async (jars: string, file: string, more: ReadonlyArray<string>): Promise<void> => {
  const [java = 'java', ...options] = jvm(jars);
  // A dash in front would be taken for an option.
  const clusterId = Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64url').replace(/^-/, 'A');
  await run(java, [...options, 'kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', file, ...more]);
};

/** Starts a broker of its own, for a test that stops it; tests that only use one take `kafkaFor`. Takes about five seconds. */
export const startKafka = async (extra: Readonly<Record<string, string>> = {}, extras: KafkaExtras = {}): Promise<KafkaBroker> => {
  const found = prepared('kafka');
  if ('missing' in found) throw new Error(`Apache Kafka: ${found.missing}`);
  const folder = await mkdtemp(path.join(tmpdir(), 'millrace-kafka-'));
  const file = path.join(folder, 'server.properties');
  const port = await freePort();
  await writeFile(file, kafkaProperties({ port, controllerPort: await freePort(), data: path.join(folder, 'data') }, extra));
  await format(found.path, file, extras.format ?? []);
  const serve = async (): Promise<Leashed> => {
    const program = await startLeashed([...jvm(found.path), ...(extras.jvm ?? []), 'kafka.Kafka', file], path.join(folder, 'kafka.log'));
    return ready(program, () => program.output().includes('Kafka Server started'));
  };
  let broker = await serve();
  return {
    bootstrap: `127.0.0.1:${port}`,
    stop: () => broker.end('SIGTERM'),
    kill: () => broker.end('SIGKILL'),
    restart: async () => {
      broker = await serve();
    },
    freeze: () => broker.signal('SIGSTOP'),
    thaw: () => broker.signal('SIGCONT'),
    close: async () => {
      await broker.end('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
};

let shared: Promise<KafkaBroker> | undefined;

/**
 * The address of the Kafka that all tests of a run share: the one that MILLRACE_TEST_KAFKA names (host:port), else one that is started
 * on first use. Skips the test or suite, with the reason, where there is none. Each test makes topics and groups of its own.
 */
export const kafkaFor = async (context: Mocha.Context): Promise<string> => {
  const external = process.env.MILLRACE_TEST_KAFKA;
  if (external !== undefined) return external;
  const found = prepared('kafka');
  if ('missing' in found) return skipBecause(context, `Apache Kafka: ${found.missing}`);
  context.timeout(90_000);
  shared ??= startKafka();
  return (await shared).bootstrap;
};

/** Ends the shared broker, if one was started. */
export const closeSharedKafka = async (): Promise<void> => {
  const broker = shared;
  shared = undefined;
  if (broker !== undefined) await (await broker).close();
};
