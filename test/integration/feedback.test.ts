import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { generate } from '../../bin/demo/generator/generate.ts';
import { readData } from '../../bin/demo/generator/read-data.ts';
import { recompute } from '../../bin/demo/verify/recompute.ts';
import type { Counts, Examples } from '../../bin/demo/verify/result.ts';
import { kafkaCluster } from '../../pipeline/cluster/kafka/kafka-cluster.ts';
import type { ProcessStatus } from '../../pipeline/runtime/launch/process-status.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import { OwnServer } from '../pipeline/clickhouse/own-server.ts';
import { cutData } from '../support/cut-data.ts';
import { type Foreign, foreignFor } from '../support/foreign.ts';
import { type KafkaBroker, startKafka } from '../support/kafka.ts';
import { type Millrace, runMillrace, startMillrace } from '../support/millrace.ts';
import { prepared } from '../support/prepared.ts';
import { registryFor } from '../support/registry.ts';
import { skipBecause } from '../support/skip-because.ts';

const partitions = 8;
const topics = ['training.corrections', 'training.preferences', 'training.ratings', 'training.implicit', 'review.tasks'] as const;

interface Read {
  readonly partition: number;
  readonly key: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: unknown;
}

interface Example {
  readonly tenant: string;
  readonly event_id: string;
  readonly inference_id: string;
  readonly feedback_id: string;
  readonly attribution_status?: string;
}

/** Which of the two ways a late match is told depends on the order of reading. */
const matched = ({ value }: Read): Example => {
  const example = value as Example;
  return example.attribution_status === 'MATCHED_LATE' ? { ...example, attribution_status: 'MATCHED' } : example;
};

const inOrder = <T extends { readonly event_id: string }>(records: ReadonlyArray<T>): ReadonlyArray<T> =>
  [...records].sort((a, b) => (a.event_id < b.event_id ? -1 : 1));

const counted = (names: ReadonlyArray<string>): Counts => {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
};

const statusOf = async (url: string): Promise<ProcessStatus> => (await (await fetch(`${url}/status`)).json()) as ProcessStatus;

/** How many records a process has fed to the nodes of its tasks. */
const recordsIn = async (url: string): Promise<number> => {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return [...metrics.matchAll(/^millrace_records_in_total\{.*\} (\d+)$/gm)].reduce((sum, [, count]) => sum + Number(count), 0);
};

describe('the feedback topology on Kafka, a registry and ClickHouse, in two processes', function () {
  this.timeout(180_000);
  const open: (() => Promise<void>)[] = [];
  let broker: KafkaBroker;
  let registry = '';
  let foreign: Foreign;
  let data = '';
  let first: Millrace;
  let demo: Millrace;

  const opened = <T>(thing: T, close: (thing: T) => Promise<void>): T => {
    open.push(() => close(thing));
    return thing;
  };

  const read = async (topic: string, how: string): Promise<ReadonlyArray<Read>> =>
    (await foreign('read-topic.py', [broker.bootstrap, topic, how])) as ReadonlyArray<Read>;

  before(async function () {
    foreign = foreignFor(this);
    const found = prepared('kafka');
    if ('missing' in found) skipBecause(this, `Apache Kafka: ${found.missing}`);
    registry = await registryFor(this);
    this.timeout(180_000);
    broker = opened(await startKafka(), (kafka) => kafka.close());
    const server = opened(await OwnServer.start(), (clickhouse) => clickhouse.stop());
    const folder = opened(await mkdtemp(path.join(tmpdir(), 'millrace-feedback-')), (made) => rm(made, { recursive: true }));
    data = cutData(folder, 8);
    const kafka = ['--kafka', broker.bootstrap];
    const services = [...kafka, '--registry', registry, '--clickhouse', await server.database()];
    const created = await runMillrace(['topics', 'feedback', ...kafka, '--create', '--partitions', String(partitions)]);
    assert.equal(created.code, 0, created.stderr);
    const run = ['run', 'feedback', ...services, '--slot', '1', '--migrate', '--health-port', '0'];
    first = opened(startMillrace(run), (process) => process.kill());
    demo = opened(startMillrace(['demo', ...services, '--data', data, '--json', '--keep']), (process) => process.kill());
    await demo.printed(/^\{.*\}$/m, 120_000);
  });

  after(async () => {
    for (const close of open.toReversed()) await close();
  });

  it('finds every figure as the brute force has it', () => {
    const [, line = ''] = /^(\{.*\})$/m.exec(demo.stdout()) ?? [];
    const { ok, differences } = JSON.parse(line) as { readonly ok: boolean; readonly differences: unknown };
    assert.deepEqual({ ok, differences }, { ok: true, differences: [] });
  });

  it('shares the partitions between the processes, and each does its part', async () => {
    const urls = await Promise.all([first.printed(/runs: (\S+)\/status/), demo.printed(/running: (\S+)\/metrics/)]);
    const [tasks = [], others = []] = await Promise.all(urls.map(async ([, url = '']) => (await statusOf(url)).tasks.map(({ id }) => id)));
    const all = ['inferences', 'by-model'].flatMap((sub) => Array.from({ length: partitions }, (_, partition) => `${sub}/${partition}`));
    assert.deepEqual([...tasks, ...others].sort(), all.sort());
    assert.deepEqual([tasks.length > 0, others.length > 0], [true, true]);
    const fed = await Promise.all(urls.map(([, url = '']) => recordsIn(url)));
    assert.ok(
      fed.every((records) => records > 100),
      `records in: ${fed.join(', ')}`,
    );
  });

  it('gives a foreign client each training example and review task once, equal to the brute force in every field', async () => {
    const { examples } = recompute(generate({ data: readData(data), seed: 1, clean: false }).messages).result;
    for (const topic of topics) {
      const records = await read(topic, registry);
      const wanted: ReadonlyArray<Example> = Object.values<Examples[typeof topic][string]>(examples[topic]);
      assert.ok(wanted.length > 0, topic);
      assert.deepEqual(inOrder(records.map(matched)), inOrder(wanted), topic);
      for (const { key, value } of records) {
        const { tenant, inference_id, feedback_id } = value as Example;
        assert.equal(key, `${tenant}|${inference_id}|${feedback_id}`);
      }
    }
  });

  it('gives it every reject once, under the rule and with the bytes of the brute force', async () => {
    const { messages } = generate({ data: readData(data), seed: 1, clean: false });
    const { rejected } = recompute(messages).result;
    const dead = await read('feedback.dead-letter', 'hex');
    assert.deepEqual(counted(dead.map(({ headers }) => `${headers['millrace.node']}/${headers['millrace.rule']}`)), rejected);
    const raw = messages.flatMap((message) => (message.raw === null ? [] : [Buffer.from(message.raw, 'base64').toString('hex')]));
    const found = new Set(dead.map(({ value }) => value));
    assert.deepEqual(
      raw.filter((bytes) => !found.has(bytes)),
      [],
    );
  });

  it('has committed the end of every partition of its input', async () => {
    const cluster = kafkaCluster({ brokers: broker.bootstrap, clientId: 'feedback-test', clock: systemClock });
    try {
      const admin = await cluster.admin();
      for (const topic of ['feedback.received', 'inference.logged']) {
        const places = Array.from({ length: partitions }, (_, partition) => ({ topic, partition }));
        const committed = await admin.committed('feedback', places);
        const ends = await Promise.all(places.map(async (place) => (await admin.watermarks(place, 'committed')).high));
        const offsets = new Map(committed.map(({ partition, offset }) => [partition, offset]));
        assert.deepEqual(
          places.map(({ partition }) => offsets.get(partition)),
          ends,
        );
        assert.ok(
          ends.every((end) => end > 0),
          `${topic} ends at ${ends.join(', ')}`,
        );
      }
    } finally {
      await cluster.close();
    }
  });

  it('leaves with 0 when it is asked to, first one process and then the other', async () => {
    first.signal('SIGTERM');
    assert.deepEqual((await first.ended).code, 0, first.stderr());
    demo.signal('SIGTERM');
    assert.deepEqual((await demo.ended).code, 0, demo.stderr());
  });
});
