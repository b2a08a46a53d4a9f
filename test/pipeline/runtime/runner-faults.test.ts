import assert from 'node:assert/strict';
import type { Operation, Step } from '../../../pipeline/cluster/memory/faults.ts';
import { type ErrorCode, MillraceError } from '../../../pipeline/core/errors.ts';
import { topology } from '../../../pipeline/core/topology.ts';
import { drive } from '../../../pipeline/testing/drive.ts';
import { clicked, clickOf, deadLetter, newYear, paidClicks } from '../../support/clicks.ts';
import { numbered } from './numbered.ts';

const counting = topology('counting', { deadLetter }, (t) => {
  t.source('in', clicked)
    .pipe(numbered('number'))
    .repartition('again', { key: ['user'] })
    .pipe(numbered('number-again'))
    .to('out', paidClicks);
});

const users = ['a', 'b', 'c', 'd', 'e'];
const rounds = 6;

const expected = users.flatMap((user) => Array.from({ length: rounds }, (_, n) => `${user}/${n + 1}`)).sort();

/** Throws `code` at every `nth` time that the operation happens, `most` times in all. */
const failing = (when: 'before' | 'after', operation: Operation, code: ErrorCode) => {
  let seen = 0;
  let thrown = 0;
  const strike = (step: Step): void => {
    if (step.operation !== operation || !step.client.startsWith('process-')) return;
    seen += 1;
    if (seen % 3 !== 2 || thrown >= 4) return;
    thrown += 1;
    throw new MillraceError(code, `${operation} failed on purpose`);
  };
  return { faults: when === 'before' ? { before: strike } : { after: strike }, count: (): number => thrown };
};

const outcome = async (fault: ReturnType<typeof failing>): Promise<ReadonlyArray<string>> => {
  const driver = await drive(counting, { partitions: 2, processes: 2, faults: fault.faults });
  for (let round = 0; round < rounds; round += 1) {
    await driver.send(clicked, ...users.map((user) => clickOf(user, newYear + round)));
  }
  const written = (await driver.values(paidClicks)).map(({ user, page }) => `${user}/${page.id}`).sort();
  await driver.close();
  return written;
};

describe('a runner whose cluster fails', () => {
  for (const operation of ['begin', 'produce', 'sendOffsets', 'commit'] as const) {
    it(`writes every result once although "${operation}" is refused with an abort`, async () => {
      const fault = failing('before', operation, 'transaction_aborted');
      assert.deepEqual(await outcome(fault), expected);
      assert(fault.count() > 0);
    });
    it(`writes every result once although "${operation}" ends in the dark`, async () => {
      const fault = failing('after', operation, 'cluster_unavailable');
      assert.deepEqual(await outcome(fault), expected);
      assert(fault.count() > 0);
    });
  }

  it('stops, naming the code, when it is fenced', async () => {
    const fault = failing('before', 'commit', 'fenced');
    await assert.rejects(outcome(fault), { code: 'fenced' });
  });
});
