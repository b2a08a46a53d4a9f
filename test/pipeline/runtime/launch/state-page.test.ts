import assert from 'node:assert/strict';
import { createWire } from '../../../../pipeline/avro/wire.ts';
import { memoryRegistry } from '../../../../pipeline/avro/memory-registry.ts';
import { topology } from '../../../../pipeline/core/topology.ts';
import type { Page } from '../../../../pipeline/runtime/health-server.ts';
import { plainText } from '../../../../pipeline/runtime/launch/plain-text.ts';
import { statePage } from '../../../../pipeline/runtime/launch/state-page.ts';
import type { Runner } from '../../../../pipeline/runtime/runner.ts';
import { Processes } from '../../../../pipeline/testing/processes.ts';
import { clicked, clickOf, deadLetter, newYear, paidClicks } from '../../../support/clicks.ts';
import { numbered } from '../numbered.ts';

const counting = topology('counting', { deadLetter }, (t) => t.source('in', clicked).pipe(numbered('number')).to('out', paidClicks));

describe('the page of state', () => {
  let processes: Processes;

  beforeEach(async () => {
    processes = await Processes.of(counting, { partitions: 4, wire: createWire(memoryRegistry()) });
  });

  afterEach(() => processes.close());

  const pageOf = (runner: Runner | undefined, slot = '0'): ((below: string) => Promise<Page>) => {
    assert(runner !== undefined);
    return statePage({ topology: counting, slot, committed: (look) => runner.committed(look) });
  };

  const ask = async (page: (below: string) => Promise<Page>, below: string): Promise<readonly [number, unknown]> => {
    const asked = page(below);
    await processes.advance(200);
    const { status, body } = await asked;
    return [status, JSON.parse(body)];
  };

  it('shows what a node remembers under a key, with the task and the process that keep it', async () => {
    await processes.start('0');
    await processes.put(clicked, clickOf('a/b|ä', newYear), clickOf('a/b|ä', newYear + 1));
    await processes.advance(1_000);
    const [status, found] = await ask(pageOf(processes.runners[0]), `number/${encodeURIComponent('a/b|ä')}`);
    const [record] = await processes.records(paidClicks.name);
    assert.deepEqual(
      [status, found],
      [
        200,
        {
          topology: 'counting',
          node: 'number',
          key: 'a/b|ä',
          slot: '0',
          task: `in/${record?.partition}`,
          partition: record?.partition,
          streamTime: '2024-01-01T00:00:00.001Z',
          value: 2,
        },
      ],
    );
  });

  it('shows only what is committed: it waits for the commit that is due', async () => {
    const runner = await processes.open('0');
    const page = pageOf(runner);
    const steps = async (until: () => boolean): Promise<void> => {
      for (let step = 0; step < 50 && !until(); step += 1) await processes.clock.until(runner.step(10));
    };
    await steps(() => runner.tasks.length > 0 && runner.tasks.every(({ isReady }) => isReady));
    await processes.put(clicked, clickOf('a', newYear));
    let fed = 0;
    while (fed === 0) fed = await processes.clock.until(runner.step(10));
    const answers: Page[] = [];
    void page('number/a').then((found) => answers.push(found));
    assert.equal((await processes.records(paidClicks.name)).length, 0);
    assert.equal(answers.length, 0);
    await steps(() => answers.length > 0);
    assert.equal((await processes.records(paidClicks.name)).length, 1);
    assert.equal(answers[0]?.status, 200);
    await processes.clock.until(runner.close());
  });

  it('says that a key is not there when all partitions are, and that it may be elsewhere when they are not', async () => {
    await processes.start('0');
    await processes.put(clicked, clickOf('a', newYear));
    await processes.advance(1_000);
    assert.deepEqual(await ask(pageOf(processes.runners[0]), 'number/b'), [
      404,
      { error: 'there is no such key', node: 'number', key: 'b', slot: '0', here: [0, 1, 2, 3], elsewhere: [] },
    ]);
    await processes.start('1');
    await processes.advance(15_000);
    const answers = await Promise.all(processes.runners.map((runner) => ask(pageOf(runner), 'number/a')));
    const partition = (await processes.records(paidClicks.name))[0]?.partition ?? -1;
    const elsewhere = answers.find(([status]) => status === 421)?.[1] as { here: number[]; elsewhere: number[] } | undefined;
    assert.deepEqual(answers.map(([status]) => status).sort(), [200, 421]);
    assert(elsewhere !== undefined);
    assert.ok(elsewhere.elsewhere.includes(partition));
    assert.deepEqual([...elsewhere.here, ...elsewhere.elsewhere].sort(), [0, 1, 2, 3]);
  });

  it('refuses what is no node, no key or no path', async () => {
    await processes.start('0');
    await processes.advance(1_000);
    const page = pageOf(processes.runners[0]);
    assert.deepEqual(await ask(page, 'in/a'), [404, { error: 'no node "in" keeps state', nodes: ['number'] }]);
    assert.deepEqual(await ask(page, 'number/'), [400, { error: 'give a key: /state/<node>/<key>' }]);
    assert.deepEqual(await ask(page, 'number/%E0'), [400, { error: 'the path is not in percent-encoding' }]);
  });

  it('says so while the process ends', async () => {
    await processes.start('0');
    await processes.advance(1_000);
    const [runner] = processes.runners;
    await processes.stop('0');
    assert.deepEqual(await ask(pageOf(runner), 'number/a'), [503, { error: 'the process is ending' }]);
  });
});

describe('values as plain text', () => {
  it('have bytes, big integers, maps, sets and numbers without an end in them', () => {
    const value = {
      bytes: Buffer.from('hi'),
      big: 2n ** 60n,
      map: new Map([['a', new Set([1])]]),
      end: Infinity,
      none: null,
      no: undefined,
    };
    assert.deepEqual(JSON.parse(plainText(value)), {
      bytes: 'aGk=',
      big: '1152921504606846976',
      map: [['a', [1]]],
      end: 'Infinity',
      none: null,
    });
  });
});
