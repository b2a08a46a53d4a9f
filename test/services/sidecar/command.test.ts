import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runProgram } from '../../../bin/cli/program.ts';
import { topics } from '../../../topologies/feedback/topics.ts';
import { told } from '../../bin/cli/told.ts';
import { until } from '../../support/until.ts';
import { openScene, type Scene } from '../ingest/scene.ts';
import { startUpstream, type Upstream } from './rig.ts';

describe('millrace proxy', () => {
  let scene: Scene;
  let upstream: Upstream;
  let folder = '';
  before(async () => {
    [scene, upstream, folder] = [await openScene(), await startUpstream(), await mkdtemp(path.join(tmpdir(), 'millrace-proxy-'))];
  });
  after(async () => {
    await Promise.all([scene.close(), upstream.close(), rm(folder, { recursive: true })]);
  });

  it('logs calls to the ingestion API, under the tenant of the key, and drains at a signal', async () => {
    const keyFile = path.join(folder, 'key.txt');
    await writeFile(keyFile, `${scene.keys.globex}\n`);
    const signals = new EventEmitter();
    let [out, code] = ['', 0];
    const flags = ['--upstream', `${upstream.url}/base/`, '--ingest', scene.ingest.url, '--key-file', keyFile];
    const ended = runProgram(['proxy', ...flags, '--proxy-port', '0', '--health-port', '0', '--log-level', 'silent'], {
      env: {},
      signals: Object.assign(signals, { exit: () => undefined }),
      print: (text) => void (out += text),
      complain: (text) => void (out += text),
      isTerminal: false,
      program: { script: '', nodeOptions: [] },
      exitWith: (given) => void (code = given),
    });
    const [, proxy = '', health = ''] = await until('it listens', () => /listens on (\S+); (\S+)\/healthz/.exec(out) ?? undefined);
    assert.match(proxy, /^http:\/\/127\.0\.0\.1:/);
    upstream.next((response) => void response.end('{"model": "gpt-x-1", "choices": [{"text": "Boston"}]}'));
    const body = JSON.stringify({ model: 'gpt-x', prompt: ['Where is', 'Harvard?'] });
    const answer = await fetch(`${proxy}/v1/completions`, { method: 'POST', body });
    assert.equal(upstream.seen[0]?.url, '/base/v1/completions');
    await answer.text();
    assert.equal((await fetch(`${health}/readyz`)).status, 200);
    const first = await until('it is logged', async () => (await scene.values(topics.inferenceLogged))[0]);
    assert.deepEqual(
      [first.tenant, first.inference_id, first.operation, first.candidates[0]?.output, first.model_version],
      ['globex', answer.headers.get('x-millrace-inference-id'), 'text_completion', 'Boston', 'gpt-x-1'],
    );
    assert.deepEqual(
      first.input.messages.map(({ content }) => content),
      ['Where is', 'Harvard?'],
    );
    assert.match(await (await fetch(`${health}/metrics`)).text(), /millrace_proxy_inferences_total\{result="accepted"\} 1/);
    signals.emit('SIGTERM');
    await ended;
    assert.equal(code, 0);
    assert.ok(!out.includes(scene.keys.globex));
  });

  it('names the settings that it needs, and refuses a key that cannot be read', async () => {
    const { code, stderr } = await told(['proxy']);
    assert.equal(code, 2);
    for (const flag of ['upstream', 'ingest', 'key-file']) assert.match(stderr, new RegExp(`--${flag} \\(MILLRACE_PROXY_`));
    const flags = ['--upstream', upstream.url, '--ingest', scene.ingest.url, '--key-file', path.join(folder, 'none')];
    assert.match((await told(['proxy', ...flags])).stderr, /the API key cannot be read/);
  });
});
