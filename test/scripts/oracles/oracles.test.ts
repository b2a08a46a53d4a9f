import assert from 'node:assert/strict';
import { atLeast, atMost, median, printed, share } from '../../../scripts/oracles/oracle.ts';
import { runProgram } from '../../../scripts/oracles/program.ts';
import type { OracleReport } from '../../../scripts/oracles/run-oracles.ts';

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const run = (...args: ReadonlyArray<string>): Ran => {
  let [out, err] = ['', ''];
  const code = runProgram(args, { print: (text) => (out += text), complain: (text) => (err += text) });
  return { code, out, err };
};

const runs = process.env.MILLRACE_RUNS === 'full' ? '2000' : '100';

describe('the oracles', function () {
  this.timeout(120_000);

  it('are all as published, with the report as the last line and progress on standard error', () => {
    const { code, out, err } = run('--json', '--seed', '1', '--runs', runs);
    const report = JSON.parse(out.trimEnd().split('\n').at(-1) ?? '') as OracleReport;
    assert.deepEqual(
      report.oracles.filter(({ ok }) => !ok),
      [],
    );
    assert.equal(code, 0);
    assert.ok(report.oracles.length >= 60);
    assert.equal(new Set(report.oracles.map(({ name }) => name)).size, report.oracles.length);
    assert.ok(report.false_rollback_rate <= 0.05);
    const plain = report.table.find(({ terms }) => terms === 'z above 1.645');
    assert.ok(plain !== undefined && plain.found > 0.2);
    assert.match(err, /false rollbacks and power/);
  });

  it('say what they take', () => {
    const { code, out } = run('--help');
    assert.equal(code, 0);
    assert.match(out, /Examples:\n.*npm run oracles/);
    assert.equal(run('--seed', 'x').code, 2);
  });
});

describe('an oracle', () => {
  it('holds a closed form to the digits that are printed', () => {
    assert.deepEqual(
      [8.3832, 8.3751, 8.374].map((got) => printed('x', '8.38', got).ok),
      [true, true, false],
    );
    assert.equal(printed('x', '-.03526', -0.03527).ok, false);
    assert.equal(printed('x', '168', Number.NaN).ok, false);
  });

  it('holds a share and a median to their 99 % interval', () => {
    assert.equal(share('x', 0.5, { hits: 560, runs: 1000 }).ok, false);
    assert.equal(share('x', 0.5, { hits: 535, runs: 1000 }).ok, true);
    const values = Array.from({ length: 1001 }, (_, at) => at);
    assert.equal(median('x', 530, { values }).ok, true);
    assert.equal(median('x', 560, { values }).ok, false);
    assert.equal(median('x', 550, { values, published: 500 }).ok, true);
    assert.equal(median('x', 450, { values, below: 20 }).ok, true);
  });

  it('holds a bound', () => {
    assert.deepEqual(
      [atMost('x', 1, 1).ok, atMost('x', 1, 1.1).ok, atMost('x', 1, Number.NaN).ok, atLeast('x', 1, 0.9).ok],
      [true, false, false, false],
    );
  });
});
