import assert from 'node:assert/strict';
import { describe as describeGraph } from '../../pipeline/core/describe.ts';
import { mermaid } from '../../pipeline/core/mermaid.ts';
import { feedback } from '../../topologies/feedback/topology.ts';
import { freePort } from '../support/free-port.ts';
import { runMillrace } from '../support/millrace.ts';

describe('the program millrace', function () {
  this.timeout(60_000);

  it('tells what commands there are, with an example and the exit codes', async () => {
    const { code, stdout, stderr } = await runMillrace(['--help']);
    for (const command of ['graph', 'topics', 'run', 'dev', 'demo']) assert.match(stdout, new RegExp(`^ {2}${command} `, 'm'));
    assert.match(stdout, /Example:\n {2}\$ millrace demo/);
    assert.match(stdout, /Exit codes:\n {2}0 {2}done/);
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
  });

  it('prints its version', async () => {
    const { code, stdout } = await runMillrace(['--version']);
    assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
    assert.equal(code, 0);
  });

  it('ends with 2 on an unknown command and on bad settings, and prints nothing on standard output', async () => {
    for (const args of [['frobnicate'], ['run', 'feedback', '--kafka', 'nowhere']]) {
      const { code, stdout, stderr } = await runMillrace(args);
      assert.match(stderr, /unknown command 'frobnicate'|--kafka \(MILLRACE_KAFKA\) is "nowhere"/);
      assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
    }
  });

  it('says that no broker answers, within the time that a person waits', async () => {
    const kafka = `127.0.0.1:${await freePort()}`;
    const { code, stdout, stderr } = await runMillrace(['topics', 'feedback', '--kafka', kafka], { within: 30_000 });
    assert.match(stderr, new RegExp(`^cluster_unavailable: Connecting to ${kafka}: .*\n\nThe brokers do not answer`));
    assert.deepEqual({ code, stdout }, { code: 1, stdout: '' });
  });

  it('does not mind a reader that has gone', async () => {
    const { code, stderr } = await runMillrace(['graph', 'feedback', '--format', 'json'], { deaf: true });
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
  });
});

describe('millrace graph', function () {
  this.timeout(60_000);

  const graph = async (...format: ReadonlyArray<string>): Promise<string> => {
    const { code, stdout, stderr } = await runMillrace(['graph', 'feedback', ...format]);
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    return stdout;
  };

  it('prints a Mermaid chart unless told otherwise', async () => {
    assert.equal(await graph(), mermaid(feedback));
  });

  it('prints the description as JSON', async () => {
    const plain: unknown = JSON.parse(JSON.stringify(describeGraph(feedback)));
    assert.deepEqual(JSON.parse(await graph('--format', 'json')), plain);
  });

  it('prints a page that names every node and needs nothing of the network', async () => {
    const page = await graph('--format', 'html');
    assert.match(page, /^<!doctype html>\n<html lang="en">/);
    const text = page.replaceAll('&#45;', '-').replaceAll('&amp;', '&');
    assert.deepEqual(
      feedback.nodes.filter(({ name }) => !text.includes(`>${name}<`)).map(({ name }) => name),
      [],
    );
    assert.doesNotMatch(page, /(src|href)="?https?:|import .* from/);
  });
});
