import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type EmbeddedRegistry, startEmbeddedRegistry } from '../../pipeline/avro/embedded-registry/start-embedded-registry.ts';
import { createWire } from '../../pipeline/avro/wire.ts';
import { httpRegistry } from '../../pipeline/avro/http-registry.ts';
import { kafkaCluster } from '../../pipeline/cluster/kafka/kafka-cluster.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import { clickOf, clickType } from '../support/clicks.ts';
import { type KafkaBroker, startKafka } from '../support/kafka.ts';
import { type Millrace, type MillraceOptions, runMillrace, startMillrace } from '../support/millrace.ts';
import { prepared } from '../support/prepared.ts';
import { skipBecause } from '../support/skip-because.ts';

const project = path.join(import.meta.dirname, '../..');

/** A topology as a user writes it, in a module of its own, that takes its time over each record and says so. */
const moduleOf = (run: string): string => `
import { writeSync } from 'node:fs';
import { rawTopic, topic, topology } from '${project}/pipeline/index.ts';
import { filter } from '${project}/operators/index.ts';
import { clickType } from '${project}/test/support/clicks.ts';

const isPaid = (click) => {
  writeSync(2, 'a record is fed; ');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_500);
  return click.paid;
};
const clicked = topic('clicked-${run}', { type: clickType, key: ['user'], time: 'at' });
const paid = topic('paid-${run}', { type: clickType, key: ['user'], time: 'at' });

export const clicks = topology('clicks-${run}', { deadLetter: rawTopic('dead-${run}') }, (t) => {
  t.source('in', clicked).pipe(filter('only-paid', isPaid)).to('out', paid);
});
`;

describe('a process of a topology', function () {
  this.timeout(90_000);
  const folder = mkdtempSync(path.join(tmpdir(), 'millrace-signals-'));
  const module = path.join(folder, 'clicks.ts');
  const name = randomUUID().slice(0, 8);
  const started: Millrace[] = [];
  let broker: KafkaBroker | undefined;
  let registry: EmbeddedRegistry | undefined;
  let services: ReadonlyArray<string> = [];

  const start = async (args: ReadonlyArray<string>, options?: MillraceOptions): Promise<Millrace> => {
    const process = startMillrace(args, options);
    started.push(process);
    await process.printed(/runs/);
    return process;
  };

  const send = async (): Promise<void> => {
    const cluster = kafkaCluster({ brokers: broker?.bootstrap ?? '', clientId: 'signals-test', clock: systemClock });
    const encode = await createWire(httpRegistry({ url: registry?.url ?? '' })).encoder(`clicked-${name}`, clickType);
    const producer = await cluster.producer();
    await producer.send({ topic: `clicked-${name}`, key: Buffer.from('ann'), value: encode(clickOf('ann')) });
    await cluster.close();
  };

  const run = (...more: ReadonlyArray<string>): Promise<Millrace> =>
    start(['run', module, ...services, '--slot', '0', '--health-port', '0', ...more]);

  /** Starts a process and stops its broker while it works on a record, so that nothing can be committed. */
  const stalled = async (...more: ReadonlyArray<string>): Promise<Millrace> => {
    const process = await run(...more);
    await send();
    await process.told(/a record is fed/);
    broker?.freeze();
    return process;
  };

  before(async function () {
    const found = prepared('kafka');
    if ('missing' in found) skipBecause(this, `Apache Kafka: ${found.missing}`);
    broker = await startKafka();
    registry = await startEmbeddedRegistry();
    services = ['--kafka', broker.bootstrap, '--registry', registry.url];
    writeFileSync(module, moduleOf(name));
    const created = await runMillrace(['topics', module, '--kafka', broker.bootstrap, '--create', '--partitions', '2', '--json']);
    assert.equal(created.code, 0, created.stderr);
    const lines = JSON.parse(created.stdout) as ReadonlyArray<{ readonly partitions?: number }>;
    assert.deepEqual(
      lines.map(({ partitions }) => partitions),
      [2, 2, 2],
    );
  });

  afterEach(async () => {
    broker?.thaw();
    for (const process of started.splice(0)) await process.kill();
  });

  after(async () => {
    await registry?.close();
    await broker?.close();
    rmSync(folder, { recursive: true });
  });

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`drains and ends with 0 on ${signal}`, async () => {
      const process = await run('--grace-seconds', '20');
      process.signal(signal);
      const { code, stderr } = await process.ended;
      assert.equal(code, 0, stderr);
      assert.match(stderr, /"Draining; a second signal ends the process at once\."/);
    });
  }

  it('ends at once, with 128 and the number of the signal, on a second one', async () => {
    const process = await stalled();
    process.signal('SIGTERM');
    await process.told(/Draining/);
    process.signal('SIGINT');
    const { code, signal } = await process.ended;
    assert.deepEqual({ code, signal }, { code: null, signal: 'SIGINT' });
  });

  it('ends with an error when a drain takes longer than its grace', async () => {
    const process = await stalled('--grace-seconds', '1');
    process.signal('SIGTERM');
    const { code, signal, stderr } = await process.ended;
    assert.match(stderr, /shutdown_timeout: the process had not drained after 1000 ms/);
    assert.deepEqual({ code, signal }, { code: null, signal: 'SIGKILL' });
  });

  it('refuses to start on topics that do not exist, naming them', async () => {
    const other = path.join(folder, 'other.ts');
    writeFileSync(other, moduleOf('nowhere'));
    const { code, stdout, stderr } = await runMillrace(['run', other, ...services, '--health-port', '0']);
    assert.match(stderr, /^bad_partitions: the topic clicked-nowhere does not exist: create it, or run "millrace topics"/m);
    assert.deepEqual({ code, stdout }, { code: 1, stdout: '' });
  });

  it('runs with everything embedded, in a working directory of its own, and leaves nothing behind', async () => {
    const process = await start(['dev', module, '--health-port', '0'], { cwd: folder, env: { TMPDIR: folder } });
    const [, url = ''] = await process.printed(/pages +(http:\S+)\/graph/);
    assert.match(await (await fetch(`${url}/graph.json`)).text(), /only-paid/);
    assert.equal((await fetch(`${url}/healthz`)).status, 200);
    process.signal('SIGINT');
    const { code, stderr } = await process.ended;
    assert.equal(code, 0, stderr);
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith('millrace-')),
      [],
    );
  });
});
