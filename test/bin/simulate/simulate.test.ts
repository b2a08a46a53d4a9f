import assert from 'node:assert/strict';
import type { SimulationReport } from '../../../pipeline/testing/simulate.ts';
import { told } from '../cli/told.ts';

const simulated = 'test/pipeline/testing/simulated';
const remembering = `${simulated}/remembering.ts`;
const shop = [`${simulated}/shop.ts#shop`, '--with', `${simulated}/shop.ts#simulation`];

const reportOf = async (...args: ReadonlyArray<string>): Promise<SimulationReport> => {
  const { code, stdout, stderr } = await told(['simulate', ...args, '--json']);
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
  const { seconds, ...report } = JSON.parse(stdout) as SimulationReport & { readonly seconds: number };
  assert(seconds > 0);
  return report;
};

describe('millrace simulate', function () {
  this.timeout(120_000);

  it('tells a seed that fails, how to run it again, and what happened', async () => {
    const { code, stdout, stderr } = await told(['simulate', remembering, '--seeds', '3', '--from', '5', '--stop-at-first']);
    assert.deepEqual({ code, stderr }, { code: 3, stderr: '' });
    assert.match(stdout, /^seed 5: clicks\.paid has \d+ missing and \d+ too many$/m);
    assert.ok(stdout.includes(`  run it again: millrace simulate ${remembering} --seeds 1 --from 5\n  shrunk from `), stdout);
    assert.match(stdout, /^1 seeds from 5, 1,020 records, \d+ faults, \d+\.\d s$/m);
    assert.match(stdout, /\n1 seed fails\n$/);
  });

  it('comes to the same in one process and in several', async () => {
    const alone = await reportOf(...shop, '--seeds', '25', '--from', '7', '--jobs', '1');
    assert.equal(alone.seeds, 25);
    assert.deepEqual(await reportOf(...shop, '--seeds', '25', '--from', '7', '--jobs', '2'), alone);
  });

  it('passes on what ends it in a process of its own', async () => {
    const { code, stderr } = await told(['simulate', shop[0] ?? '', '--seeds', '20', '--jobs', '2']);
    assert.equal(code, 2);
    assert.match(stderr, /^bad_config: .*"ask" has no port/);
  });

  const misuses: Readonly<Record<string, readonly [args: ReadonlyArray<string>, message: RegExp]>> = {
    'every number that is none': [['feedback', '--seeds', '0', '--from', 'x', '--jobs', '-1'], /--seeds .*\n--from .*\n--jobs is "-1"/],
    'what is no topology and no simulation': [
      ['nowhere', '--with', 'not-here.ts'],
      /there is no topology "nowhere".*\nthere is no file not-here\.ts/,
    ],
    'a module without a simulation': [
      ['feedback', '--with', './pipeline/core/time.ts'],
      /time\.ts exports no simulation: an object of inputs,/,
    ],
  };
  for (const [what, [args, message]] of Object.entries(misuses)) {
    it(`refuses ${what}`, async () => {
      const { code, stdout, stderr } = await told(['simulate', ...args]);
      assert.match(stderr, message);
      assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
    });
  }
});
