import assert from 'node:assert/strict';
import { type Comparison, CrashRun, type CrashResult } from '../crash/crash-run.ts';
import { readCrashOptions } from '../crash/options.ts';
import { kafkaCluster } from '../../pipeline/cluster/kafka/kafka-cluster.ts';
import { openClickHouse } from '../../pipeline/clickhouse/client.ts';
import type { LogRecord, NewRecord } from '../../pipeline/core/ports/cluster.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import { prepared } from '../support/prepared.ts';
import { skipBecause } from '../support/skip-because.ts';

const short = ['--records', '2000', '--kills', '5', '--bounces', '1', '--scalings', '1', '--clickhouse-kills', '1', '--seconds', '20'];

const differing = (comparisons: ReadonlyArray<Comparison>): ReadonlyArray<string> =>
  comparisons.filter((comparison) => comparison.differing > 0).map(({ name }) => name);

describe('the feedback topology under kill -9 of processes, broker and ClickHouse', function () {
  this.timeout(600_000);
  const lines: string[] = [];
  let run: CrashRun;
  let result: CrashResult;

  before(async function () {
    for (const service of ['kafka', 'registry', 'python'] as const) {
      const found = prepared(service);
      if ('missing' in found) skipBecause(this, `${service}: ${found.missing}`);
    }
    const options = readCrashOptions([...short, '--seed', '3', '--patience', '180']);
    assert.ok(options !== undefined);
    run = await CrashRun.open(options, (line) => lines.push(line));
    result = await run.play().catch((cause: unknown) => {
      throw new Error(lines.join(''), { cause });
    });
  });

  after(async () => {
    await run.close(false);
  });

  const broker = async <T>(use: (cluster: ReturnType<typeof kafkaCluster>) => Promise<T>): Promise<T> => {
    const cluster = kafkaCluster({ brokers: run.services.broker.bootstrap, clientId: 'crash-test', clock: systemClock });
    try {
      return await use(cluster);
    } finally {
      await cluster.close();
    }
  };

  /** The first committed record of a topic. */
  const firstOf = (topic: string): Promise<LogRecord> =>
    broker(async (cluster) => {
      const reader = await cluster.reader('committed');
      try {
        await reader.assign(Array.from({ length: 8 }, (_, partition) => ({ topic, partition, offset: 0 })));
        for (;;) {
          const [record] = await reader.poll(1, 1_000);
          if (record !== undefined) return record;
        }
      } finally {
        await reader.close();
      }
    });

  const write = (record: NewRecord): Promise<void> =>
    broker(async (cluster) => {
      const producer = await cluster.producer();
      try {
        await producer.send(record);
      } finally {
        await producer.close();
      }
    });

  it('has done every fault that was planned', () => {
    assert.deepEqual(result.faults, { kill: 5, bounce: 1, scale: 1, clickhouse: 1 });
  });

  it('comes to what the brute force has in every training example, orphan, reject, aggregate, correction, order and row', () => {
    const told = result.comparisons.filter((comparison) => comparison.differing > 0);
    assert.deepEqual(told, [], lines.join(''));
    const compared = new Map(result.comparisons.map((comparison) => [comparison.name, comparison.compared]));
    for (const name of ['training.corrections', 'feedback.orphaned', 'feedback.dead-letter', 'model.quality', 'table model_quality'])
      assert.ok((compared.get(name) ?? 0) > 10, `${name}: ${compared.get(name) ?? 0}`);
  });

  it('lets processes leave with 0 when all is done', () => {
    assert.deepEqual(result.badEnds, []);
  });

  it('would see a training example that is there twice, a reject too many and a row that is lost', async () => {
    for (const topic of ['training.corrections', 'feedback.dead-letter']) {
      const { partition, key, value, headers = [] } = await firstOf(topic);
      await write({ topic, partition, key, value, headers });
    }
    const db = await openClickHouse({ url: run.services.database });
    await db.command(
      'DELETE FROM feedback_outcomes WHERE (_partition, _offset) IN (SELECT _partition, max(_offset) FROM feedback_outcomes GROUP BY _partition LIMIT 1)',
    );
    await db.close();
    assert.deepEqual(differing(await run.compare()), ['training.corrections', 'feedback.dead-letter', 'table feedback_outcomes']);
  });
});
