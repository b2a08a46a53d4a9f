import assert from 'node:assert/strict';
import { lookup } from '../../../../operators/lookup.ts';
import type { Lookup } from '../../../../pipeline/core/ports/lookup.ts';
import { topology } from '../../../../pipeline/core/topology.ts';
import { drive } from '../../../../pipeline/testing/drive.ts';
import type { VirtualClock } from '../../../../pipeline/testing/virtual-clock.ts';
import { type Click, clicked, clickOf, deadLetter, newYear, paidClicks } from '../../../support/clicks.ts';
import { Processes } from '../../../../pipeline/testing/processes.ts';

const deadline = 50;

/** Writes what was answered into the page. */
const answered = (click: Click, answer: string | undefined): Click => {
  if (answer === 'refuse') throw new Error('not this one');
  return { ...click, page: { id: answer ?? 'none', section: null } };
};

const asking = topology('asking', { deadLetter }, (t) =>
  t
    .source('in', clicked)
    .pipe(lookup<Click, string, Click>('ask', { port: 'names', deadline, key: ['user'], merge: answered }))
    .to('out', paidClicks),
);

/** Runs clicks of these users, one a chunk, past a port; the deadline of each ask begins with its chunk. */
const run = async (users: ReadonlyArray<string>, portOf: (clock: VirtualClock) => Lookup<unknown>) => {
  const processes = await Processes.of(asking, {
    settings: { chunkSize: 1 },
    deps: (clock) => ({ lookups: { names: portOf(clock) } }),
  });
  await processes.put(clicked, ...users.map((user, n) => clickOf(user, newYear + n)));
  await processes.start('0');
  await processes.advance(1_000);
  const out = (await processes.values(paidClicks)).map(({ user, page }) => `${user}=${page.id}`);
  const refused = (await processes.records(deadLetter.name)).map(({ key }) => key?.toString());
  await processes.close();
  return { out, refused };
};

describe('records that are looked up', () => {
  it('go on in the order in which they came, whichever answer comes first', async () => {
    const waits: Readonly<Record<string, number>> = { a: 40, b: 5, c: 20 };
    const { out } = await run(['a', 'b', 'c'], (clock) => ({
      fetch: (keys) => clock.sleep(waits[keys[0] ?? ''] ?? 0).then(() => keys.map((key) => `${key}!`)),
    }));
    assert.deepEqual(out, ['a=a!', 'b=b!', 'c=c!']);
  });

  it('go on without an answer when it is late or fails, and are not lost', async () => {
    const { out, refused } = await run(['slow', 'failing', 'nobody', 'known'], (clock) => ({
      fetch: ([key = '']) => {
        if (key === 'slow') return clock.sleep(10 * deadline).then(() => ['too late']);
        if (key === 'failing') return Promise.reject(new Error('away'));
        return Promise.resolve([key === 'nobody' ? undefined : key]);
      },
    }));
    assert.deepEqual(out, ['slow=late', 'failing=late', 'nobody=none', 'known=known']);
    assert.deepEqual(refused, []);
  });

  it('are refused one by one for what the merge throws', async () => {
    const { out, refused } = await run(['a', 'b', 'c'], () => ({
      fetch: (keys) => Promise.resolve(keys.map((key) => (key === 'b' ? 'refuse' : key))),
    }));
    assert.deepEqual(out, ['a=a', 'c=c']);
    assert.deepEqual(refused, ['b']);
  });

  it('are asked for once a chunk and key', async () => {
    const asked: ReadonlyArray<string>[] = [];
    const port: Lookup<unknown> = {
      fetch: (keys) => {
        asked.push(keys);
        return Promise.resolve(keys.map(() => 'x'));
      },
    };
    const driver = await drive(asking, { lookups: { names: port } });
    await driver.send(clicked, clickOf('a'), clickOf('b'), clickOf('a', newYear + 1));
    assert.deepEqual(asked, [['a', 'b']]);
    assert.equal((await driver.values(paidClicks)).length, 3);
    await driver.close();
  });

  it('are waited for by a commit', async () => {
    const processes = await Processes.of(asking, {
      settings: { commitEvery: 20 },
      deps: (clock) => ({ lookups: { names: { fetch: (keys) => clock.sleep(45).then(() => keys) } } }),
    });
    await processes.put(clicked, clickOf('a'));
    await processes.start('0');
    await processes.advance(40);
    const group = [{ topic: clicked.name, partition: 0 }];
    const admin = await processes.cluster.admin();
    assert.deepEqual(await admin.committed('asking', group), []);
    await processes.advance(100);
    assert.deepEqual(
      (await admin.committed('asking', group)).map(({ offset }) => offset),
      [1],
    );
    assert.equal((await processes.values(paidClicks)).length, 1);
    await processes.close();
  });

  it('need their ports: without, the process does not start and names each', async () => {
    const two = topology('two', { deadLetter }, (t) =>
      t
        .source('in', clicked)
        .pipe(lookup<Click, string, Click>('first', { port: 'names', deadline, key: ['user'], merge: answered }))
        .pipe(lookup<Click, string, Click>('second', { port: 'places', deadline, key: ['user'], merge: answered }))
        .to('out', paidClicks),
    );
    await assert.rejects(drive(two), { code: 'bad_config', message: /"first" asks the port "names".*\n.*"second" asks the port "places"/ });
  });

  it('are refused before anything is asked if their key cannot be told', async () => {
    const broken = topology('broken', { deadLetter }, (t) =>
      t
        .source('in', clicked)
        .pipe(lookup<Click, string, Click>('ask', { port: 'names', deadline, key: ['user'], merge: answered }))
        .to('out', paidClicks),
    );
    const [, step] = broken.nodes;
    assert(step?.kind === 'step' && step.operator.shape === 'lookup');
    const keyless = { ...step.operator, keyOf: (): never => assert.fail('no key') };
    const nodes = broken.nodes.map((node) => (node === step ? { ...step, operator: keyless } : node));
    const driver = await drive({ ...broken, nodes }, { lookups: { names: { fetch: () => assert.fail('asked') } } });
    await driver.send(clicked, clickOf('a'));
    assert.deepEqual(
      (await driver.rejects()).map(({ node, rule }) => [node, rule]),
      [['ask', 'user_function_failed']],
    );
    await driver.close();
  });
});
