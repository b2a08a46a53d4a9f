import assert from 'node:assert/strict';
import { runBench } from '../../bench/cli/program.ts';
import type { MemoryResult } from '../../bench/memory/memory-suite.ts';
import type { OperatorResult } from '../../bench/operators/operators-suite.ts';

interface Report {
  readonly commit: string;
  readonly is_quick: boolean;
  readonly machine: { readonly cores: number; readonly node: string };
  readonly operators: ReadonlyArray<OperatorResult>;
  readonly memory: MemoryResult;
}

const run = async (...args: ReadonlyArray<string>): Promise<{ readonly code: number; readonly out: string; readonly err: string }> => {
  const written = { out: '', err: '' };
  const code = await runBench(args, { print: (text) => (written.out += text), complain: (text) => (written.err += text) });
  return { code, ...written };
};

describe('npm run bench', () => {
  it('measures every operator and the memory in a smoke run, and reports them as one JSON object on the last line', async function () {
    this.timeout(120_000);
    const { code, out } = await run('--quick', '--json', '--only', 'operators', '--only', 'memory');
    assert.equal(code, 0);
    const report = JSON.parse(out.trim().split('\n').at(-1) ?? '') as Report;
    assert.equal(report.is_quick, true);
    assert.equal(report.machine.node, process.version);
    assert.deepEqual(
      report.operators.map(({ name }) => name),
      [
        'pass-through',
        'filter+map',
        'window count, in order',
        'window count, over a day',
        'window count, windows by the million',
        'dedupe',
        'join',
      ],
    );
    for (const { name, rate, by_hand_rate, rounds } of report.operators) {
      assert.ok(rate > 0 && by_hand_rate > 0, name);
      assert.equal(rounds.millrace.length, 1, name);
    }
    assert.ok(report.memory.samples.length >= 40);
    assert.ok(report.memory.samples.every(({ rss, entries }) => rss > 0 && entries > 0));
  });

  it('names the suites that there are when asked for another, and starts nothing', async () => {
    const { code, out, err } = await run('--only', 'operators,speed');
    assert.equal(code, 2);
    assert.match(err, /no suite "speed"; there are operators, memory, kafka/);
    assert.equal(out, '');
  });

  for (const args of [['--fast'], ['--records', 'many'], ['--only', 'kafka', '--records', '10'], ['operators']]) {
    it(`refuses ${args.join(' ')}`, async () => {
      const { code, err } = await run(...args);
      assert.equal(code, 2);
      assert.match(err, /add --help/);
    });
  }

  it('explains itself with an example', async () => {
    const { code, out } = await run('--help');
    assert.equal(code, 0);
    assert.match(out, /\$ npm run bench -- --only operators,memory --json/);
  });
});
