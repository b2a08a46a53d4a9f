import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { startEmbeddedRegistry } from '../../pipeline/avro/embedded-registry/start-embedded-registry.ts';
import { blocksOf } from '../docs/pages/blocks.ts';
import { root } from '../docs/pages/workshop.ts';
import { freePort } from '../support/free-port.ts';
import { startKafka } from '../support/kafka.ts';
import { startMillrace } from '../support/millrace.ts';
import { prepared } from '../support/prepared.ts';
import { skipBecause } from '../support/skip-because.ts';

const page = await readFile(path.join(root, 'docs', 'ingest.md'), 'utf8');
const blocks = blocksOf(page);

const run = promisify(execFile);

/** What a reader types on the command line, without what starts the API and stays. */
const isServing = (line: string): boolean => line.startsWith('millrace ingest --');

const loader = path.join(root, 'node_modules', 'ts-blank-space', 'loader', 'register.js');

/** The command as a reader has it once the package is installed. */
const command = `#!/bin/sh\nexec ${process.execPath} --import ${loader} ${path.join(root, 'bin', 'millrace.ts')} "$@"\n`;

/** curl tells the status behind each answer. */
const curlSettings = 'silent\nshow-error\nwrite-out = "\\n%{http_code}\\n"\n';

describe('the examples of docs/ingest.md, against a real process', function () {
  this.timeout(180_000);
  const closing: (() => Promise<unknown>)[] = [];
  let folder = '';
  let here: (text: string) => string = (text) => text;

  const shell = async (text: string): Promise<string> => {
    const env = { PATH: `${folder}:${process.env.PATH ?? ''}`, HOME: folder, UV_THREADPOOL_SIZE: '16' };
    const { stdout } = await run('bash', ['-e', '-o', 'pipefail', '-c', here(text)], { cwd: folder, env, timeout: 60_000 });
    return stdout;
  };

  before(async function () {
    const found = prepared('kafka');
    if ('missing' in found) skipBecause(this, `Apache Kafka: ${found.missing}`);
    folder = await mkdtemp(path.join(tmpdir(), 'millrace-ingest-page-'));
    closing.push(() => rm(folder, { recursive: true, force: true }));
    await writeFile(path.join(folder, 'millrace'), command);
    await chmod(path.join(folder, 'millrace'), 0o755);
    await writeFile(path.join(folder, '.curlrc'), curlSettings);
    const broker = await startKafka();
    closing.push(() => broker.close());
    const registry = await startEmbeddedRegistry();
    closing.push(() => registry.close());
    const port = String(await freePort());
    here = (text) =>
      text
        .replaceAll('kafka:9092', broker.bootstrap)
        .replaceAll('http://registry:8081', registry.url)
        .replaceAll('localhost:8080', `127.0.0.1:${port}`)
        .replaceAll('--port 8080', `--port ${port}`);
  });

  after(async () => {
    for (const close of closing.toReversed()) await close();
  });

  const [first, ...others] = blocks.filter(({ language }) => language === 'console');

  it('has the commands that make the topics and a key, and start the API', async () => {
    const lines = (first?.text ?? '').trim().split('\n');
    await shell(lines.filter((line) => !isServing(line)).join('\n'));
    const serving = lines.filter(isServing);
    assert.equal(serving.length, 1);
    const api = startMillrace(
      [
        ...here(serving[0] ?? '')
          .split(' ')
          .slice(1),
        '--health-port',
        '0',
      ],
      { root, cwd: folder },
    );
    closing.push(() => api.kill());
    await api.printed(/listens on/);
  });

  for (const { text, line } of others.filter((block) => block.text.startsWith('curl '))) {
    it(`has a request that is taken (line ${line})`, async () => {
      const lines = (await shell(text)).trim().split('\n');
      const body = lines.slice(0, -1).join('\n');
      assert.match(lines.at(-1) ?? '', /^(202|207)$/, body);
      const { results } = JSON.parse(body) as { readonly results?: ReadonlyArray<{ readonly status: number }> };
      for (const { status } of results ?? []) assert.equal(status, 202, body);
    });
  }

  for (const { text, name, line } of blocks.filter(({ language }) => language === 'python')) {
    it(`shows what ${name} prints (line ${line})`, async function () {
      const python = prepared('python');
      if ('missing' in python) return skipBecause(this, `Python: ${python.missing}`);
      await writeFile(path.join(folder, name), here(text));
      const { stdout } = await run(python.path, [name], { cwd: folder, timeout: 60_000 });
      const shown = blocks[blocks.findIndex((block) => block.line === line) + 1]!.text;
      assert.equal(stdout, shown);
    });
  }

  it('has an example of each: curl and Python', () => {
    assert.ok(others.filter((block) => block.text.startsWith('curl ')).length >= 3);
    assert.ok(blocks.some(({ language }) => language === 'python'));
  });
});
