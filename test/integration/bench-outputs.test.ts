import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import type { Checked } from '../../bench/kafka/check-outputs.ts';
import { onJava } from '../../bench/kafka/contenders.ts';
import { isValid, minute, type MinuteSum, minuteSumType, type Score, scoreOf, scoreType } from '../../bench/kafka/job.ts';
import { kafkaCluster } from '../../pipeline/cluster/kafka/kafka-cluster.ts';
import { systemClock } from '../../pipeline/runtime/system-clock.ts';
import { kafkaFor } from '../support/kafka.ts';
import { prepared } from '../support/prepared.ts';
import { skipBecause } from '../support/skip-because.ts';

const records = 1_000;
const start = 1_700_000_040_000;
const scores = Array.from({ length: records }, (_, n) => scoreOf(n, records, start));

const sumsOf = (valid: ReadonlyArray<Score>): ReadonlyArray<MinuteSum> => {
  const sums = new Map<string, { model: string; start: number; n: number; sum: number }>();
  for (const { model, at, value } of valid) {
    const from = Math.floor(at / 1_000 / minute) * minute;
    const known = sums.get(`${model} ${from}`) ?? { model, start: from, n: 0, sum: 0 };
    sums.set(`${model} ${from}`, { ...known, n: known.n + 1, sum: known.sum + value });
  }
  return [...sums.values()];
};

interface Written {
  readonly valid: ReadonlyArray<Score>;
  readonly sums: ReadonlyArray<MinuteSum>;
}

const valid = scores.filter(isValid);
const right: Written = { valid, sums: sumsOf(valid) };
const [first, second, ...others] = valid;
const [firstSum, ...otherSums] = right.sums;

/** What a program may write, and what must be found. */
const runs: Readonly<Record<string, Written & { readonly found?: RegExp }>> = {
  right,
  revised: { ...right, sums: [{ ...firstSum!, n: 1 }, ...right.sums] },
  missing: { ...right, valid: [second!, ...others], found: /^1 valid records are missing$/ },
  twice: { ...right, valid: [...valid, first!], found: /^score-000000000000 was forwarded twice$/ },
  altered: { ...right, valid: [{ ...first!, note: 'another' }, second!, ...others], found: /^score-000000000000 is not what was read$/ },
  unfiltered: { ...right, valid: scores, found: /^score-\d+ is not what was read$/ },
  uncounted: { ...right, sums: otherSums, found: /^model-0 at 1700000040000 has null where Row\[n=5, sum=/ },
  miscounted: { ...right, sums: [...right.sums, { ...firstSum!, n: 6 }], found: /has Row\[n=6, .* where Row\[n=5, / },
  rounded: { ...right, sums: [...otherSums, { ...firstSum!, sum: firstSum!.sum + 1e-12 }], found: /where Row\[n=5, / },
};

const encoded = (body: Buffer, id: number): Buffer => {
  const header = Buffer.alloc(5);
  header.writeInt32BE(id, 1);
  return Buffer.concat([header, body]);
};

describe('the check of what the Kafka benchmark writes', () => {
  const found = new Map<string, Checked>();

  before(async function () {
    const jars = prepared('streams-jars');
    const classes = prepared('streams-classes');
    if ('missing' in jars || 'missing' in classes) return skipBecause(this, 'Kafka Streams: node scripts/setup.mjs --bench prepares it');
    const bootstrap = await kafkaFor(this);
    const name = `bench-check-${randomUUID()}`;
    const cluster = kafkaCluster({ brokers: bootstrap, clientId: name, clock: systemClock });
    const admin = await cluster.admin();
    const topics = [name, ...Object.keys(runs).flatMap((run) => [`${name}.valid.${run}`, `${name}.sums.${run}`])];
    await admin.createTopics(topics.map((topic) => ({ topic, partitions: 2 })));
    const producer = await cluster.producer();
    const sendScores = (topic: string, all: ReadonlyArray<Score>, id: number): Promise<unknown> =>
      Promise.all(all.map((score) => producer.send({ topic, key: Buffer.from(score.id), value: encoded(scoreType.encode(score), id) })));
    await sendScores(name, scores, 1);
    for (const [run, written] of Object.entries(runs)) {
      await sendScores(`${name}.valid.${run}`, written.valid, 2);
      for (const sum of written.sums) {
        const value = encoded(minuteSumType.encode(sum), 3);
        void producer.send({ topic: `${name}.sums.${run}`, key: Buffer.from(sum.model), value });
      }
    }
    await producer.flush();
    await cluster.close();
    const [program = '', ...args] = onJava({ jars: jars.path, classes: classes.path }, 'CheckOutputs', {
      ...{ bootstrap, records, runs: Object.keys(runs).join(',') },
      ...{ scores: name, valid: `${name}.valid.`, sums: `${name}.sums.` },
    });
    const { stdout } = await promisify(execFile)(program, args);
    for (const line of stdout.trim().split('\n')) {
      const checked = JSON.parse(line) as Checked;
      found.set(checked.run, checked);
    }
  });

  for (const [run, { found: expected }] of Object.entries(runs)) {
    it(expected === undefined ? `finds nothing in outputs that are ${run}` : `finds what is ${run}`, () => {
      const wrong = found.get(run)?.wrong ?? ['was not checked'];
      if (expected === undefined) assert.deepEqual(wrong, []);
      else assert.match(wrong[0] ?? '', expected);
    });
  }
});
