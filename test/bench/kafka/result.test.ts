import assert from 'node:assert/strict';
import { type ContenderName, contenders } from '../../../bench/kafka/contenders.ts';
import { mapped } from '../../../bench/kafka/mapped.ts';
import { linesOf, resultOf, type Runs } from '../../../bench/kafka/result.ts';

const names = Object.keys(contenders) as ContenderName[];

/** Runs of 1,000 records that took these ms, by round, and half as much CPU. */
const runsOf = (wall: Readonly<Record<ContenderName, ReadonlyArray<number>>>): Runs =>
  mapped(names, (name) => wall[name].map((wallMs) => ({ settings: { name }, cost: { records: 1_000, wallMs, cpuMs: wallMs / 2 } })));

const about = { records: 1_000, warm_up_records: 300, outputs: { valid: 1_287, sums: 200 } };

const wall = {
  millrace: [100, 100, 200],
  hand_written: [80, 90, 200],
  at_least_once_memory: [150, 120, 220],
  at_least_once_rocksdb: [160, 130, 260],
  exactly_once_memory: [200, 190, 380],
  exactly_once_rocksdb: [150, 140, 270],
};

describe('the result of the Kafka benchmark', () => {
  const result = resultOf(runsOf(wall), about);

  it('compares the runs of a round with each other and takes the median of the rounds', () => {
    assert.equal(result.vs_hand_written, 0.9);
    assert.equal(result.cpu_vs_hand_written, 1.111);
    assert.equal(result.programs.millrace.rate, 10_000);
    assert.equal(result.programs.millrace.cpu_micros, 50);
  });

  it('takes the faster store of Kafka Streams for each guarantee', () => {
    assert.equal(result.vs_kafka_streams_at_least_once, 1.2);
    assert.equal(result.vs_kafka_streams_exactly_once, 1.4);
  });

  it('says which bars are reached', () => {
    assert.deepEqual(result.bars, { kafka_streams_at_least_once: 1.15, kafka_streams_exactly_once: 1.4, hand_written: 0.9 });
    assert.deepEqual(result.reached, { kafka_streams_at_least_once: true, kafka_streams_exactly_once: true, hand_written: true });
    const slower = resultOf(runsOf({ ...wall, millrace: [110, 110, 220] }), about);
    assert.deepEqual(slower.reached, { kafka_streams_at_least_once: false, kafka_streams_exactly_once: false, hand_written: false });
  });

  it('prints every program with its settings, and every bar', () => {
    const text = linesOf(result).join('\n');
    for (const { title } of Object.values(contenders)) assert.ok(text.includes(title), title);
    for (const name of names) assert.ok(text.includes(`${name}: name ${name}`), name);
    assert.match(text, /Millrace to the loop by hand: 0\.90 times its rate at 1\.11 times its CPU; the bar is 0\.9: reached/);
    assert.match(text, /1,287 records forwarded, 200 sums/);
  });
});
