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

  it('names what failed and fails itself', () => {
    const { code, lines } = run("it('adds', () => { throw new Error('no'); }); it('subtracts', () => undefined);");
    assert.equal(code, 1);
    assert.deepEqual(lines.slice(-2), ['failed  [chosen] adds', '1 passed, 1 failed, 0 skipped']);
  }).timeout(20_000);

  it('gives the reason of a skip, also of one that a hook makes for its suite', () => {
    const { code, lines } = run(`
      import { skipBecause } from '${skipBecause}';
      it('adds', function () { skipBecause(this, 'no numbers'); });
      describe('far away', () => {
        before(function () { skipBecause(this, 'no road'); });
        it('walks', () => undefined);
      });
      it('subtracts', () => undefined);
    `);
    assert.equal(code, 0);
    assert.deepEqual(lines.slice(-3), [
      'skipped [chosen] adds: no numbers',
      'skipped [chosen] far away walks: no road',
      '1 passed, 0 failed, 2 skipped',
    ]);
  }).timeout(20_000);

  it('fails on a skip without a reason', () => {
    const { code, lines } = run("it.skip('adds', () => undefined); it('subtracts', () => undefined);");
    assert.equal(code, 1);
    assert.deepEqual(lines.slice(-2), ['failed  [chosen] adds (skipped for no reason)', '1 passed, 1 failed, 0 skipped']);
  }).timeout(20_000);

  it('fails when no test ran', () => {
    const { code, lines } = run('');
    assert.equal(code, 1);
    assert.equal(lines.at(-1), '0 passed, 0 failed, 0 skipped');
  }).timeout(20_000);

  it('fails when the process of the tests dies', () => {
    const { code, lines } = run("it('adds', () => process.kill(process.pid, 'SIGKILL'));");
    assert.equal(code, 1);
    assert.deepEqual(lines.slice(-2), ['failed  [chosen] the chosen run: it ended early, with SIGKILL', '0 passed, 1 failed, 0 skipped']);
  }).timeout(20_000);
});
