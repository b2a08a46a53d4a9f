import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.join(import.meta.dirname, '../..');
const skipBecause = path.join(root, 'test/support/skip-because.ts');

describe('a test run', () => {
  let folder = '';

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'millrace-test-run-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const run = (body: string): { readonly code: number | null; readonly lines: ReadonlyArray<string> } => {
    const file = path.join(folder, 'some.test.ts');
    writeFileSync(file, body);
    const env = { ...process.env, MILLRACE_RESULTS: undefined, NODE_V8_COVERAGE: undefined };
    const { status, stdout } = spawnSync(process.execPath, ['scripts/test.mjs', file], { cwd: root, encoding: 'utf8', env });
    return { code: status, lines: stdout.trimEnd().split('\n') };
  };

  it('ends with the counts alone on the last line', () => {
    const { code, lines } = run("it('adds', () => undefined); it('subtracts', () => undefined);");
    assert.equal(code, 0);
    assert.equal(lines.at(-1), '2 passed, 0 failed, 0 skipped');
  }).timeout(20_000);

  it('names what failed, the reason of each skip, and a skip without a reason, which is a failure', () => {
    const { code, lines } = run(`
      import { skipBecause } from '${skipBecause}';
      it('adds', function () { skipBecause(this, 'no numbers'); });
      describe('far away', () => {
        before(function () { skipBecause(this, 'no road'); });
        it('walks', () => undefined);
      });
      it('subtracts', () => undefined);
      it('divides', () => { throw new Error('by zero'); });
      it.skip('multiplies', () => undefined);
    `);
    assert.equal(code, 1);
    assert.deepEqual(lines.slice(-5), [
      'failed  [chosen] divides',
      'failed  [chosen] multiplies (skipped for no reason)',
      'skipped [chosen] adds: no numbers',
      'skipped [chosen] far away walks: no road',
      '1 passed, 2 failed, 2 skipped',
    ]);
  }).timeout(20_000);

  it('fails when no test ran', () => {
    const { code, lines } = run('');
    assert.equal(code, 1);
    assert.deepEqual(lines.slice(-2), ['failed  [chosen] the chosen run: it ended without any test', '0 passed, 1 failed, 0 skipped']);
  }).timeout(20_000);

  it('fails when the process of the tests dies', () => {
    const { code, lines } = run("it('adds', () => process.kill(process.pid, 'SIGKILL'));");
    assert.equal(code, 1);
    assert.deepEqual(lines.slice(-2), ['failed  [chosen] the chosen run: it ended early, with SIGKILL', '0 passed, 1 failed, 0 skipped']);
  }).timeout(20_000);
});
