import assert from 'node:assert/strict';
import { appendFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import { kafkaCluster } from '../../pipeline/cluster/kafka/kafka-cluster.ts';
import type { LogRecord } from '../../pipeline/core/ports/cluster.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import { IngestCrashRun } from '../crash/ingest/ingest-crash-run.ts';
import type { Entry } from '../crash/ingest/ledger.ts';
import { readIngestCrashOptions } from '../crash/ingest/options.ts';
import type { IngestCrashResult } from '../crash/ingest/result.ts';
import { prepared } from '../support/prepared.ts';
import { skipBecause } from '../support/skip-because.ts';

describe('the ingestion API under kill -9', function () {
  this.timeout(600_000);
  const lines: string[] = [];
  let run: IngestCrashRun;
  let result: IngestCrashResult;

  before(async function () {
    for (const service of ['kafka', 'registry', 'python'] as const) {
      const found = prepared(service);
      if ('missing' in found) skipBecause(this, `${service}: ${found.missing}`);
    }
    const options = readIngestCrashOptions(['--seed', '3', '--quick']);
    assert.ok(options !== undefined);
    run = await IngestCrashRun.open(options, (line) => lines.push(line));
    result = await run.play().catch((cause: unknown) => {
      throw new Error(lines.join(''), { cause });
    });
  });

  after(() => run.close(false));

  it('was ended as often as planned, alone and with a second replica, with requests on their way', () => {
    assert.deepEqual([result.kills, result.kills_of_two, result.starts], [8, 4, 10]);
    const { clients } = result;
    assert.ok(clients.unanswered > 0 && clients.retried > 0 && clients.repeated > 0, JSON.stringify(clients));
  });

  it('has everything in the log that was answered 202, repeats under one id, and each feedback once behind the topology', () => {
    const told = result.comparisons.filter(({ differing }) => differing > 0);
    assert.deepEqual(told, [], lines.join(''));
    const compared = new Map(result.comparisons.map((comparison) => [comparison.name, comparison.compared]));
    for (const name of ['answers', 'feedback in the log', 'inferences in the log, by id', 'feedback.attributed', 'training.ratings'])
      assert.ok((compared.get(name) ?? 0) > 100, `${name}: ${compared.get(name) ?? 0}`);
    assert.ok(result.ok, JSON.stringify([result.wrong_answers, result.bad_ends, result.collapses]));
  });

  it('would see an id that the log lacks, a repeat that was given another one, and an example that is there twice', async () => {
    const ledger = path.join(run.folder, 'ledger.jsonl');
    const entries = (await readFile(ledger, 'utf8')).trim().split('\n');
    const feedback = entries.map((line) => JSON.parse(line) as Entry).find(({ kind }) => kind === 'feedback');
    assert.ok(feedback !== undefined);
    await appendFile(ledger, `${JSON.stringify({ ...feedback, key: 'lost' })}\n`);
    await again(run.services.broker.bootstrap, 'training.ratings');
    const differing = (await run.compare()).filter((comparison) => comparison.differing > 0);
    assert.deepEqual(
      differing.map(({ name, differing: count }) => [name, count]),
      [
        ['answers', feedback.ids.length],
        ['feedback in the log', 1],
        ['feedback.attributed', 1],
        ['training.ratings', 2],
      ],
    );
  });
});

/** Writes the first record of a topic once more. */
const again = async (brokers: string, topic: string): Promise<void> => {
  const cluster = kafkaCluster({ brokers, clientId: 'ingest-crash-test', clock: systemClock });
  try {
    const reader = await cluster.reader('committed');
    await reader.assign(Array.from({ length: 4 }, (_, partition) => ({ topic, partition, offset: 0 })));
    let records: ReadonlyArray<LogRecord> = [];
    while (records.length === 0) records = await reader.poll(1, 1_000);
    await reader.close();
    const producer = await cluster.producer();
    for (const { key, value, headers, partition } of records) await producer.send({ topic, key, value, headers, partition });
    await producer.close();
  } finally {
    await cluster.close();
  }
};
