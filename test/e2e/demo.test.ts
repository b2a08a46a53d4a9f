import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Figures } from '../../bin/demo/run/figures.ts';
import { cutData } from '../support/cut-data.ts';
import { type Ended, type Millrace, runMillrace, startMillrace } from '../support/millrace.ts';

const project = path.join(import.meta.dirname, '../..');

/** The figures of a run: the last line of what it printed. */
const figuresOf = (stdout: string): Figures => JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Figures;

const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((total, count) => total + count, 0);

describe('millrace demo', function () {
  this.timeout(120_000);
  const folder = mkdtempSync(path.join(tmpdir(), 'millrace-demo-test-'));
  const data = cutData(path.join(folder, 'data'), 60);
  let running: Millrace | undefined;

  afterEach(async () => {
    await running?.kill();
    running = undefined;
  });

  after(() => rmSync(folder, { recursive: true }));

  const demo = (...args: ReadonlyArray<string>): Promise<Ended> => runMillrace(['demo', '--data', data, '--json', ...args]);

  it('ends well on other data, with the figures on the last line', async () => {
    const { code, stdout, stderr } = await demo('--seed', '7');
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    const { ok, seed, sent, ended, training, quality, rollbacks, latency_ms: latency, differences } = figuresOf(stdout);
    assert.deepEqual({ ok, seed, differences }, { ok: true, seed: 7, differences: [] });
    assert.equal(sum(ended), sent['feedback.received']);
    assert.equal(sum(training), ended.attributed);
    assert.ok(quality.some(({ metric, n }) => metric === 'accuracy' && n > 0));
    assert.ok(Array.isArray(rollbacks));
    assert.ok(latency.p50 > 0 && latency.p50 <= latency.p99);
    assert.match(stdout, /Every number equals the brute force/);
  });

  it('has no refusals, duplicates or orphans without noise', async () => {
    const { code, stdout } = await demo('--clean');
    assert.equal(code, 0);
    const { ended, sent, clean, rejected } = figuresOf(stdout);
    const { attributed, ...others } = ended;
    assert.deepEqual(
      { clean, rejected, attributed, others: sum(others) },
      { clean: true, rejected: {}, attributed: sent['feedback.received'], others: 0 },
    );
  });

  it('stays up on --keep, with its pages, until a signal', async () => {
    const process = (running = startMillrace(['demo', '--data', data, '--json', '--keep'], { env: { TMPDIR: folder } }));
    await process.printed(/^\{"ok":true.*\}$/m);
    const [, url = ''] = await process.printed(/stays up until Ctrl-C: (\S+)\/metrics/);
    const page = async (name: string): Promise<string> => {
      const response = await fetch(`${url}/${name}`);
      assert.equal(response.status, 200, name);
      return response.text();
    };
    assert.match(await page('metrics'), /^millrace_records_in_total\{[^}]*node="inferences"[^}]*\} \d+$/m);
    assert.match(await page('graph'), /rollback/);
    assert.match(await page('status'), /"topology":\s?"feedback"/);
    process.signal('SIGINT');
    const { code, stderr } = await process.ended;
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    assert.deepEqual(readdirSync(folder), ['data']);
  });

  it('leaves at once on a signal, and nothing behind', async () => {
    const process = (running = startMillrace(['demo', '--data', data], { env: { TMPDIR: folder } }));
    await process.printed(/running: /);
    assert.notDeepEqual(readdirSync(folder), ['data']);
    process.signal('SIGTERM');
    const { code, signal } = await process.ended;
    assert.deepEqual({ code, signal }, { code: null, signal: 'SIGTERM' });
    assert.deepEqual(readdirSync(folder), ['data']);
  });

  it('names the data files that are missing', async () => {
    const { code, stdout, stderr } = await runMillrace(['demo', '--data', path.join(folder, 'nowhere')]);
    assert.match(stderr, /^bad_config: digits-predictions\.jsonl\.gz in .*nowhere cannot be read/);
    assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
  });

  it('names file, line and reason of data that are none', async () => {
    const garbage = path.join(folder, 'garbage');
    mkdirSync(garbage);
    writeFileSync(path.join(garbage, 'digits-predictions.jsonl.gz'), gzipSync('{"inference_id": 7}\nno JSON\n'));
    writeFileSync(path.join(garbage, 'open-bandit-men.csv.gz'), gzipSync('timestamp,policy\n2019-11-24,random,3\n'));
    const { code, stdout, stderr } = await runMillrace(['demo', '--data', garbage]);
    rmSync(garbage, { recursive: true });
    assert.match(stderr, /^bad_config: The data in .*garbage does not have the form of data\/README\.md:$/m);
    assert.match(stderr, /^digits-predictions\.jsonl\.gz:1: .*inference_id/m);
    assert.match(stderr, /^digits-predictions\.jsonl\.gz:2: no JSON/m);
    assert.match(stderr, /^open-bandit-men\.csv\.gz:2: 3 columns instead of 2/m);
    assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
  });

  it('ends with an error when a service that it was given does not answer', async () => {
    const { code, stderr } = await demo('--clickhouse', 'http://127.0.0.1:1');
    assert.match(stderr, /^table_unavailable: ClickHouse at http:\/\/127\.0\.0\.1:1.*ECONNREFUSED/);
    assert.equal(code, 1);
  });

  describe('on a copy of the sources', () => {
    const root = path.join(folder, 'copy');
    const inCopy = (from = data, seed = '1'): Promise<Ended> => runMillrace(['demo', '--data', from, '--json', '--seed', seed], { root });

    /** Changes one line of a source file of the copy. Returns what puts it back. */
    const plant = (file: string, from: string, to: string): (() => void) => {
      const place = path.join(root, file);
      const source = readFileSync(place, 'utf8');
      assert.equal(source.split(from).length, 2, `${file} has this once: ${from}`);
      const changed = source.replace(from, () => to);
      writeFileSync(place, changed);
      return () => writeFileSync(place, source);
    };

    before(() => {
      for (const part of ['bin', 'client', 'operators', 'pipeline', 'schemas', 'services', 'topologies', 'package.json']) {
        cpSync(path.join(project, part), path.join(root, part), { recursive: true });
      }
      symlinkSync(path.join(project, 'node_modules'), path.join(root, 'node_modules'));
    });

    after(() => rmSync(root, { recursive: true }));

    it('ends well', async () => {
      const { code, stdout, stderr } = await inCopy();
      assert.deepEqual({ code, ok: figuresOf(stdout).ok }, { code: 0, ok: true }, stderr);
    });

    const start = 'Math.floor(Math.floor(time) / size) * size';
    const faults: Readonly<Record<string, readonly [file: string, from: string, to: string]>> = {
      'windows are a whole one off': ['operators/windows/window-start.ts', start, `(${start} + size)`],
      'windows end a millisecond early': ['operators/windows/window-start.ts', start, start.replace('(time)', '(time + 1)')],
      'windows begin a millisecond late': ['operators/windows/window-start.ts', start, start.replace('(time)', '(time - 1)')],
    };

    const differsWith = async (fault: Readonly<Parameters<typeof plant>>, running: () => Promise<Ended>): Promise<void> => {
      const restore = plant(...fault);
      const { code, stdout } = await running().finally(restore);
      const { ok, differences } = figuresOf(stdout);
      assert.deepEqual({ code, ok }, { code: 3, ok: false });
      assert.ok(differences.some(({ path: place }) => place.startsWith('windows → ')));
      assert.match(stdout, /^\d+ numbers differ from the brute force:\n {2}\S.*: expected .*, got /m);
    };

    for (const [what, fault] of Object.entries(faults)) {
      it(`shows what differs, and ends with 3, when ${what}`, () => differsWith(fault, inCopy));
    }

    it('shows what differs, and ends with 3, when corrections name another end of their window', () => {
      // Enough data to be read in many steps, and a seed with which four inferences are logged well after their windows have closed.
      const more = cutData(path.join(root, 'more'), 10);
      return differsWith(['operators/windows/tumble-task.ts', 'const end = start + size;', 'const end = start + size + 1;'], () =>
        inCopy(more, '28'),
      );
    });
  });
});
