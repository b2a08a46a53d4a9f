import assert from 'node:assert/strict';
import { isValid, minuteSumType, scoreOf, scoreType, validAmong } from '../../../bench/kafka/job.ts';

const numbers = Array.from({ length: 1_234 }, (_, n) => n);

describe('the input of the Kafka benchmark', () => {
  it('has as many valid records as it says', () => {
    for (const total of [1, 99, 100, 101, 1_234]) {
      const valid = numbers.slice(0, total).filter((n) => isValid(scoreOf(n, total, 0)));
      assert.equal(validAmong(total), valid.length, String(total));
    }
  });

  it('has values whose sum does not depend on the order', () => {
    const values = numbers.map((n) => scoreOf(n, numbers.length, 0).value);
    const sum = (of: ReadonlyArray<number>): number => of.reduce((so, value) => so + value, 0);
    assert.equal(sum(values), sum(values.toReversed()));
    assert.equal(sum(values) * 64, Math.round(sum(values) * 64));
  });

  it('goes through ten minutes, and comes to some 116 bytes a record', () => {
    const start = Date.UTC(2026, 0, 1);
    const minutes = new Set(numbers.map((n) => Math.floor((scoreOf(n, numbers.length, start).at / 1_000 - start) / 60_000)));
    assert.deepEqual([...minutes], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const { length } = scoreType.encode(scoreOf(999, 1_000, start));
    assert.ok(length > 95 && length < 120, String(length));
  });

  it('is told by sums that are read as they were written', () => {
    const row = { model: 'model-7', start: 60_000, n: 3, sum: 1.25 };
    assert.deepEqual({ ...minuteSumType.decode(minuteSumType.encode(row)) }, row);
  });
});
