import assert from 'node:assert/strict';
import { MeasuredChild } from '../../../bench/kafka/measured-child.ts';

const started = (program: string): MeasuredChild => new MeasuredChild([process.execPath, '--input-type=module', '-e', program]);

const onSource = (program: string): MeasuredChild =>
  new MeasuredChild([process.execPath, '--import', 'ts-blank-space/register', '--input-type=module', '-e', program]);

describe('MeasuredChild', function () {
  this.timeout(30_000);

  it('hears a measured program out: its settings, when it is warm, and what it took in all', async () => {
    const child = onSource(`
      import { MeasuredProgram } from './bench/kafka/measured-program.ts';
      const program = new MeasuredProgram(10, { store: 'none' });
      for (const fed of [9, 12, 15]) program.read(fed);
      while (!program.isEnded) await new Promise((resolve) => setTimeout(resolve, 5));
      program.finish();
    `);
    const ready = await child.said('ready');
    const warm = await child.said('warm');
    const done = await child.end();
    assert.deepEqual(ready.settings, { store: 'none' });
    assert.equal(warm.fed, 12);
    assert.ok((warm.cpuMs ?? 0) > 0);
    assert.ok((done.cpuMs ?? 0) >= (warm.cpuMs ?? 0));
    assert.ok(done.at >= warm.at);
    assert.equal(child.isOver, true);
  });

  it('rejects when the program ends without having said it', async () => {
    const child = started(`console.log('{"event":"ready"}')`);
    await assert.rejects(child.said('warm'), /ended before it was warm/);
    assert.equal(child.isOver, true);
  });

  it('can be ended at any time', async () => {
    const child = started('process.stdin.resume()');
    child.kill();
    await assert.rejects(child.said('ready'), /ended before it was ready/);
  });
});
