import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const root = path.join(import.meta.dirname, '../..');
const run = promisify(execFile);

/** What a newcomer writes: a topology of ten lines, in TypeScript, in a project of their own. */
const topology = `
import { rawTopic, recordType, topic, topology } from 'millrace';
import { filter } from 'millrace/operators';

const type = recordType<{ user: string; paid: boolean }>({
  type: 'record', name: 'Click', fields: [{ name: 'user', type: 'string' }, { name: 'paid', type: 'boolean' }],
});
const person = recordType<{ name: string }>({ type: 'record', name: 'Person', fields: [{ name: 'name', type: 'string' }] });
export const people = topic('people', { type: person, key: ['name'] });
export const clicked = topic('clicked', { type, key: ['user'] });
export const paid = topic('clicks.paid', { type, key: ['user'] });
export const clicks = topology('clicks', { deadLetter: rawTopic('clicks.dead-letter') }, (t) => {
  t.source('in', clicked).pipe(filter('only-paid', (click) => click.paid)).to('out', paid);
});
`;

/** And its test, which needs no broker. */
const test = `
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drive } from 'millrace/testing';
import { clicked, clicks, paid } from './clicks.js';

test('passes on paid clicks only', async () => {
  const driver = await drive(clicks);
  await driver.send(clicked, { user: 'a', paid: true });
  await driver.send(clicked, { user: 'b', paid: false });
  assert.deepEqual(await driver.values(paid), [{ user: 'a', paid: true }]);
  await driver.close();
});
`;

/** The declarations of the package are checked as well: nothing in them may be of what an installation does not bring. */
const compilerOptions = {
  module: 'NodeNext',
  target: 'ES2023',
  strict: true,
  skipLibCheck: false,
  typeRoots: [path.join(root, 'node_modules/@types')],
  types: ['node'],
};

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly files: ReadonlyArray<{ readonly path: string }>;
}

describe('the packed package', function () {
  this.timeout(180_000);
  let project = '';
  let packed: Packed;

  before(async () => {
    project = await mkdtemp(path.join(tmpdir(), 'millrace-package-'));
    await run(process.execPath, ['scripts/build.mjs'], { cwd: root });
    const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', project], { cwd: root });
    [packed] = JSON.parse(stdout) as [Packed];
    await writeFile(path.join(project, 'package.json'), JSON.stringify({ name: 'newcomer', type: 'module', private: true }));
    const quiet = ['--no-audit', '--no-fund', '--prefer-offline'];
    await run('npm', ['install', '--ignore-scripts', '--omit=optional', ...quiet, path.join(project, packed.filename)], { cwd: project });
  });

  after(() => rm(project, { recursive: true, force: true }));

  const compile = (): Promise<{ readonly stdout: string }> =>
    run(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc')], { cwd: project });

  const millrace = (...args: ReadonlyArray<string>): Promise<{ readonly stdout: string; readonly stderr: string }> =>
    run(path.join(project, 'node_modules/.bin/millrace'), args, { cwd: project, timeout: 30_000 });

  it('runs a first topology and its test in an empty project', async () => {
    await writeFile(path.join(project, 'clicks.ts'), topology);
    await writeFile(path.join(project, 'clicks.test.ts'), test);
    await writeFile(path.join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
    await compile();
    const { stdout } = await run(process.execPath, ['--test', 'clicks.test.js'], { cwd: project });
    assert.match(stdout, /^# pass 1$/m);
  });

  it('refuses a sink of another type in the editor', async () => {
    await writeFile(path.join(project, 'wrong.ts'), topology.replace("to('out', paid)", "to('out', people)"));
    const { stdout } = await compile().catch((error: unknown) => error as { readonly stdout: string });
    await rm(path.join(project, 'wrong.ts'));
    assert.match(stdout, /^wrong\.ts\(\d+,\d+\): error TS.*this sink takes values of another type/s);
  });

  it('brings a command line that knows the topologies of the project', async () => {
    assert.match((await millrace('graph', './clicks.js')).stdout, /only-paid/);
    assert.match((await millrace('graph', 'feedback')).stdout, /rollback/);
  });

  it('says what its command line lacks there', async () => {
    const failing = (...args: ReadonlyArray<string>): Promise<string> =>
      millrace(...args).then(
        () => 'nothing',
        (error: unknown) => (error as { readonly stderr: string }).stderr,
      );
    assert.match(await failing('demo'), /^bad_config: the project's data files are not in its package/);
    const noClient = await failing('topics', './clicks.js', '--kafka', 'localhost:9092');
    assert.match(noClient, /^bad_config: .*@confluentinc\/kafka-javascript/);
  });

  it('forces no database and no native build on it', () => {
    assert.equal(existsSync(path.join(project, 'node_modules/chdb')), false);
    assert.equal(existsSync(path.join(project, 'node_modules/@confluentinc/kafka-javascript')), false);
  });

  it('holds what was built, the licence and the manifest, and neither tests nor sources', () => {
    const built = /^dist\/(pipeline|operators|schemas|topologies|services|client|bin)\/.*\.(js|d\.ts|avsc|json|sql|md|proto)$/;
    const about = /^(LICENSE|README\.md|CHANGELOG\.md|package\.json)$/;
    const names = packed.files.map(({ path: file }) => file);
    assert.deepEqual(
      names.filter((file) => !built.test(file) && !about.test(file)),
      [],
    );
    assert.deepEqual(
      names.filter((file) => /\.test\.|\.map$/.test(file)),
      [],
    );
    const sources = packed.files.filter(({ path: file }) => file.endsWith('.ts') && !file.endsWith('.d.ts'));
    assert.deepEqual(sources, []);
  });

  it('weighs less than 2 MB', () => assert.ok(packed.size < 2_000_000, `${packed.size} bytes`));
});
