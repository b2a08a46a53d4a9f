import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { httpRegistry } from '../../pipeline/avro/http-registry.ts';
import { createWire } from '../../pipeline/avro/wire.ts';
import { startEmbeddedRegistry } from '../../pipeline/avro/embedded-registry/start-embedded-registry.ts';
import { kafkaCluster } from '../../pipeline/cluster/kafka/kafka-cluster.ts';
import { keyReader } from '../../pipeline/core/key.ts';
import type { Cluster } from '../../pipeline/core/ports/cluster.ts';
import type { ProcessStatus } from '../../pipeline/runtime/launch/process-status.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import { readTopic } from '../../pipeline/testing/drive/read-topic.ts';
import { freePort } from '../support/free-port.ts';
import { kafkaFor } from '../support/kafka.ts';
import { type Millrace, startMillrace } from '../support/millrace.ts';
import { until } from '../support/until.ts';
import { type Visit, visitsOf } from './programs/visits.ts';

const users = 400;
const partitions = 2;
const program = path.join(import.meta.dirname, 'programs/visits.ts');

interface Restored {
  readonly task: string;
  readonly records: number;
}

/** A topology that numbers the visits of each user, run by `millrace run` in processes that are killed. */
describe('state on disk, on Kafka', function () {
  this.timeout(240_000);
  const run = randomUUID().slice(0, 8);
  const { visits, numbered, deadLetter } = visitsOf(run);
  let brokers: string;
  let cluster: Cluster;
  let registry: Awaited<ReturnType<typeof startEmbeddedRegistry>>;
  let folder: string;
  let port: number;
  let running: Millrace | undefined;

  before(async function () {
    brokers = await kafkaFor(this);
    cluster = kafkaCluster({ brokers, clientId: 'state-test', clock: systemClock });
    registry = await startEmbeddedRegistry();
    folder = await mkdtemp(path.join(tmpdir(), 'millrace-state-'));
    port = await freePort();
    const admin = await cluster.admin();
    await admin.createTopics([visits.name, numbered.name, deadLetter.name].map((topic) => ({ topic, partitions })));
    await admin.close();
  });

  after(async () => {
    await running?.kill();
    await cluster.close();
    await registry.close();
    await rm(folder, { recursive: true, force: true });
  });

  const hasTasks = async (): Promise<boolean> => {
    const { tasks } = (await (await fetch(`http://127.0.0.1:${port}/status`)).json()) as ProcessStatus;
    return tasks.length === partitions && tasks.every(({ ready }) => ready);
  };

  const start = async (stateDir: string): Promise<Millrace> => {
    const settings = [
      '--kafka',
      brokers,
      '--registry',
      registry.url,
      '--slot',
      '0',
      '--state-dir',
      stateDir,
      '--health-port',
      String(port),
    ];
    running = startMillrace(['run', program, ...settings], { env: { VISITS_RUN: run } });
    await running.printed(/ runs: /);
    // The broker misses the one that was killed only after its session time-out.
    await until('it has its tasks', hasTasks, { within: 90_000 });
    return running;
  };

  /** The changelog records that each task read, by the lines of its log. */
  const restoredBy = ({ stdout, stderr }: Millrace): ReadonlyArray<Restored> =>
    `${stdout()}\n${stderr()}`.split('\n').flatMap((line) => {
      if (!line.includes('"state restored"')) return [];
      const { task, records } = JSON.parse(line) as Restored;
      return [{ task, records }];
    });

  const replayed = (millrace: Millrace): number => restoredBy(millrace).reduce((sum, { records }) => sum + records, 0);

  /** One visit of each user; resolves when all are numbered. */
  const visitAll = async (round: number): Promise<void> => {
    const encode = await createWire(httpRegistry({ url: registry.url })).encoder(visits.name, visits.type);
    const keyOf = keyReader(visits.key);
    const producer = await cluster.producer();
    for (let n = 0; n < users; n += 1) {
      const visit: Visit = { user: `user-${n}`, at: Date.UTC(2024, 0, 1) + round * users + n, number: 0 };
      void producer.send({ topic: visits.name, key: Buffer.from(keyOf(visit)), value: encode(visit), timestamp: visit.at });
    }
    await producer.flush();
    await producer.close();
    const wanted = users * (round + 1);
    await until('all are numbered', async () => (await readTopic(cluster, numbered.name)).length >= wanted, { within: 60_000 });
  };

  const stateOf = async (user: string): Promise<unknown> => {
    const response = await fetch(`http://127.0.0.1:${port}/state/number/${user}`);
    return ((await response.json()) as { readonly value: unknown }).value;
  };

  /** Every user's visits are numbered from 1 to `rounds`, each once. */
  const checkNumbers = async (rounds: number): Promise<void> => {
    const found = (await readTopic(cluster, numbered.name)).map(({ value }) => {
      const { user, number } = numbered.type.decode((value ?? Buffer.alloc(0)).subarray(5));
      return `${user} ${number}`;
    });
    const expected = Array.from({ length: users }, (_, n) =>
      Array.from({ length: rounds }, (__, round) => `user-${n} ${round + 1}`),
    ).flat();
    assert.deepEqual(found.sort(), expected.sort());
  };

  it('is read on after kill -9 with what of the changelog is missing, and rebuilt to the same when the disk is lost', async () => {
    const disk = path.join(folder, 'disk');
    let millrace = await start(disk);
    await visitAll(0);
    await visitAll(1);
    await millrace.kill();

    millrace = await start(disk);
    const missing = replayed(millrace);
    assert.ok(missing < users / 4, `${missing} records were read of ${2 * users}`);
    await visitAll(2);
    const kept = await Promise.all([stateOf('user-0'), stateOf('user-399')]);
    await millrace.kill();

    millrace = await start(path.join(folder, 'another disk'));
    assert.equal(replayed(millrace), 3 * users);
    assert.deepEqual(await Promise.all([stateOf('user-0'), stateOf('user-399')]), kept);
    assert.deepEqual(kept, [3, 3]);
    await visitAll(3);
    await checkNumbers(4);
    assert.deepEqual(await readTopic(cluster, deadLetter.name), []);
  });
});
