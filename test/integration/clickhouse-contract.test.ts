import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import assert from 'node:assert/strict';
import { deliveryContract } from '../../pipeline/testing/contracts/delivery-contract.ts';
import { visitSubject } from '../pipeline/clickhouse/delivery-subject.ts';
import { OwnServer } from '../pipeline/clickhouse/own-server.ts';
import { scratch } from '../pipeline/clickhouse/scratch.ts';

describe('the delivery contract, in ClickHouse over HTTP', () => {
  let own: OwnServer;

  before(async function () {
    this.timeout(30_000);
    own = await OwnServer.start();
  });

  after(() => own.stop());

  for (const clause of deliveryContract) {
    it(clause.name, async () => {
      const url = await own.database();
      await clause.run(await visitSubject(await own.open(url), () => own.open(url)));
    });
  }
});

describe('the delivery contract, in ClickHouse in process', () => {
  const folder = scratch();
  let failures: Readonly<Record<string, string>>;

  before('runs all clauses in a process of its own, since chDB holds one data path in each', async function () {
    this.timeout(60_000);
    const script = fileURLToPath(new URL('../pipeline/clickhouse/contract-in-process.ts', import.meta.url));
    const child = fork(script, [folder.path]);
    const ended = once(child, 'exit');
    const [told] = (await Promise.race([once(child, 'message'), ended])) as [Readonly<Record<string, string>>];
    assert.equal(typeof told, 'object', 'the process ended without a result');
    failures = told;
    await ended;
  });

  after(() => folder.remove());

  for (const { name } of deliveryContract) it(name, () => assert.equal(failures[name], 'kept'));
});
