import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type EmbeddedRegistry, startEmbeddedRegistry } from '../../pipeline/avro/embedded-registry/start-embedded-registry.ts';
import { createWire } from '../../pipeline/avro/wire.ts';
import { httpRegistry } from '../../pipeline/avro/http-registry.ts';
import { kafkaCluster } from '../../pipeline/cluster/kafka/kafka-cluster.ts';
import type { Cluster } from '../../pipeline/core/ports/cluster.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import { clickOf, clickType } from '../support/clicks.ts';
import { type KafkaBroker, startKafka } from '../support/kafka.ts';
import { startLeashed } from '../support/leashed.ts';
import { type Millrace, runMillrace, startMillrace } from '../support/millrace.ts';
import { prepared } from '../support/prepared.ts';
import { readAll } from '../support/security/feedback-log.ts';
import { skipBecause } from '../support/skip-because.ts';
import { until } from '../support/until.ts';

const project = path.join(import.meta.dirname, '../..');

/** A topology as a user writes it, in a module that notes how each process ends that has loaded it. */
const moduleOf = (run: string, ends: string): string => `
import { appendFileSync } from 'node:fs';
import { rawTopic, topic, topology } from '${project}/pipeline/index.ts';
import { filter } from '${project}/operators/index.ts';
import { clickType } from '${project}/test/support/clicks.ts';

process.on('exit', (code) => appendFileSync('${ends}', process.pid + ' ' + code + '\\n'));

const clicked = topic('clicked-${run}', { type: clickType, key: ['user'], time: 'at' });
const paid = topic('paid-${run}', { type: clickType, key: ['user'], time: 'at' });

export const clicks = topology('clicks-${run}', { deadLetter: rawTopic('dead-${run}') }, (t) => {
  t.source('in', clicked).pipe(filter('all', () => true)).to('out', paid);
});
`;

interface Watched {
  readonly slot: string;
  readonly pid: number | null;
  readonly restarts: number;
  readonly url: string | null;
  readonly status: { readonly ready: boolean; readonly tasks: ReadonlyArray<unknown> } | null;
}

/** A process that has ended and that nobody has asked about is a zombie. */
const isAlive = (pid: number): boolean => {
  try {
    return !execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).startsWith('Z');
  } catch {
    return false;
  }
};

describe('millrace run --processes', function () {
  this.timeout(90_000);
  const folder = mkdtempSync(path.join(tmpdir(), 'millrace-processes-'));
  const ends = path.join(folder, 'ends');
  const module = path.join(folder, 'clicks.ts');
  const name = randomUUID().slice(0, 8);
  let broker: KafkaBroker | undefined;
  let registry: EmbeddedRegistry | undefined;
  let cluster: Cluster;
  let parent: Millrace | undefined;
  let url = '';
  let sent = 0;

  before(async function () {
    const found = prepared('kafka');
    if ('missing' in found) skipBecause(this, `Apache Kafka: ${found.missing}`);
    broker = await startKafka();
    registry = await startEmbeddedRegistry();
    cluster = kafkaCluster({ brokers: broker.bootstrap, clientId: 'processes-test', clock: systemClock });
    writeFileSync(module, moduleOf(name, ends));
    const created = await runMillrace(['topics', module, '--kafka', broker.bootstrap, '--create', '--partitions', '4']);
    assert.equal(created.code, 0, created.stderr);
  });

  const args = (): ReadonlyArray<string> => {
    const services = ['--kafka', broker?.bootstrap ?? '', '--registry', registry?.url ?? ''];
    return ['run', module, ...services, '--processes', '2', '--slot', 'blue', '--health-port', '0', '--grace-seconds', '20'];
  };

  beforeEach(async () => {
    const services = ['--kafka', broker?.bootstrap ?? '', '--registry', registry?.url ?? ''];
    parent = startMillrace([
      'run',
      module,
      ...services,
      '--processes',
      '2',
      '--slot',
      'blue',
      '--health-port',
      '0',
      '--grace-seconds',
      '20',
    ]);
    [, url = ''] = await parent.printed(/2 processes: (\S+)\/status/);
    await until('both are ready and have tasks', async () => (await watched()).every(isWorking), { within: 60_000, every: 100 });
  });

  afterEach(() => parent?.kill());

  after(async () => {
    // Nothing was opened where the tests are skipped.
    if (broker !== undefined) await cluster.close();
    await registry?.close();
    await broker?.close();
    rmSync(folder, { recursive: true });
  });

  const watched = async (): Promise<ReadonlyArray<Watched>> => {
    const page = (await (await fetch(`${url}/status`)).json()) as { readonly processes: ReadonlyArray<Watched> };
    return page.processes;
  };

  const isWorking = ({ status }: Watched): boolean => status?.ready === true && status.tasks.length > 0;

  const pids = async (): Promise<ReadonlyArray<number>> => (await watched()).flatMap(({ pid }) => (pid === null ? [] : [pid]));

  const codeOf = (pid: number): number | undefined => {
    const line = existsSync(ends) ? new RegExp(`^${pid} (\\d+)$`, 'm').exec(readFileSync(ends, 'utf8')) : null;
    return line?.[1] === undefined ? undefined : Number(line[1]);
  };

  const send = async (count: number): Promise<void> => {
    const encode = await createWire(httpRegistry({ url: registry?.url ?? '' })).encoder(`clicked-${name}`, clickType);
    const producer = await cluster.producer();
    for (let index = 0; index < count; index += 1, sent += 1) {
      const user = `user-${sent}`;
      await producer.send({ topic: `clicked-${name}`, key: Buffer.from(user), value: encode(clickOf(user)) });
    }
    await producer.close();
  };

  /** The keys of what came out, once as many have as were sent. */
  const comeOut = async (): Promise<ReadonlyArray<string>> => {
    const read = async (): Promise<ReadonlyArray<string> | undefined> => {
      const keys = (await readAll(cluster, `paid-${name}`)).map(({ key }) => String(key));
      return keys.length >= sent ? keys : undefined;
    };
    return until('all has come out', read, { within: 30_000, every: 200 });
  };

  it('shares the work, and tells of all processes in one place, under their slots', async () => {
    await send(20);
    assert.equal(new Set(await comeOut()).size, 20);
    assert.deepEqual(
      (await watched()).map(({ slot }) => slot),
      ['blue-0', 'blue-1'],
    );
    const metrics = await (await fetch(`${url}/metrics`)).text();
    for (const slot of ['blue-0', 'blue-1']) assert.match(metrics, new RegExp(`^millrace_tasks\\{slot="${slot}",.*\\} \\d`, 'm'));
    assert.equal((await fetch(`${url}/readyz`)).status, 200);
    parent?.signal('SIGTERM');
    const { code, stdout, stderr } = (await parent?.ended) ?? { code: null, stdout: '', stderr: '' };
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^blue-1: clicks-\S+ runs: http/m);
    for (const slot of ['blue-0', 'blue-1']) assert.match(stderr, new RegExp(`^\\{"slot":"${slot}","level":30,.*Draining`, 'm'));
  });

  it('starts a process again that was killed, and loses and repeats nothing', async () => {
    const [, victim = 0] = await pids();
    await send(10);
    process.kill(victim, 'SIGKILL');
    await send(10);
    await parent?.told(/"slot":"blue-1","code":137,.*is started again/);
    const isBack = async (): Promise<boolean> =>
      (await watched()).some(({ slot, restarts, status }) => slot === 'blue-1' && restarts === 1 && status?.ready === true);
    await until('it is back', isBack, { within: 60_000, every: 100 });
    const keys = await comeOut();
    assert.deepEqual([keys.length, new Set(keys).size], [sent, sent]);
  });

  it('hears a signal once that a service manager sends to all of its processes', async () => {
    const all = await pids();
    for (const pid of all) process.kill(pid, 'SIGTERM');
    parent?.signal('SIGTERM');
    const ended = await parent?.ended;
    assert.equal(ended?.code, 0, ended?.stderr);
    assert.deepEqual(all.map(codeOf), [0, 0]);
  });

  it('leaves no process behind when it is killed itself: they drain', async () => {
    parent?.signal('SIGTERM');
    await parent?.ended;
    // Without what kills the processes of the tests when these end: it would be quicker.
    const loader = path.join(project, 'node_modules/ts-blank-space/loader/register.js');
    const command = [process.execPath, '--import', loader, path.join(project, 'bin/millrace.ts'), ...args()];
    const bare = await startLeashed(command, path.join(folder, 'bare.log'));
    const running = (): boolean => (bare.output().match(/^blue-\d: \S+ runs/gm) ?? []).length === 2;
    await until('both run', running, { within: 60_000 });
    [, url = ''] = /2 processes: (\S+)\/status/.exec(bare.output()) ?? [];
    const all = await pids();
    await bare.end('SIGKILL');
    await until('they have ended', () => all.every((pid) => !isAlive(pid)), { within: 30_000, every: 100 });
    assert.deepEqual(all.map(codeOf), [0, 0]);
  });

  it('ends with the code of a process that was started wrongly, and starts none again', async () => {
    const flags = ['--kafka', broker?.bootstrap ?? '', '--registry', registry?.url ?? '', '--slot', 'green'];
    const taken = new URL(url).port;
    const { code, stderr } = await runMillrace(['run', module, ...flags, '--processes', '2', '--health-port', String(Number(taken) - 1)]);
    assert.match(stderr, /"slot":"green-0",.*health server cannot listen/);
    assert.equal(code, 2);
  });
});
