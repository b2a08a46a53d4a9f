import assert from 'node:assert/strict';
import type { MemoryFaults, Operation, Step } from '../../../pipeline/cluster/memory/faults.ts';
import { type ErrorCode, MillraceError } from '../../../pipeline/core/errors.ts';
import { topology } from '../../../pipeline/core/topology.ts';
import { Processes } from '../../../pipeline/testing/processes.ts';
import { clicked, clickOf, deadLetter, newYear, paidClicks } from '../../support/clicks.ts';
import { numbered } from './numbered.ts';

const counting = topology('counting', { deadLetter }, (t) => t.source('in', clicked).pipe(numbered('number')).to('out', paidClicks));

interface Strike {
  readonly operation: Operation;
  readonly when?: 'before' | 'after';
  readonly code: ErrorCode;
  /** From which one of its kind on, and how many. */
  readonly nth?: number;
  readonly times?: number;
}

const striking = (...strikes: ReadonlyArray<Strike>): MemoryFaults => {
  const seen = new Map<Strike, number>();
  const isDue = (strike: Strike): boolean => {
    const { nth = 1, times = 1 } = strike;
    const count = (seen.get(strike) ?? 0) + 1;
    seen.set(strike, count);
    return count >= nth && count < nth + times;
  };
  const at =
    (when: 'before' | 'after'): ((step: Step) => void) =>
    ({ operation, client, name }) => {
      // The group, and the transactional id of the process, but not of who keeps its manifest.
      if (!client.startsWith('process-') || !['counting', 'counting-0'].includes(name)) return;
      for (const strike of strikes.filter((each) => each.operation === operation && (each.when ?? 'before') === when)) {
        if (isDue(strike)) throw new MillraceError(strike.code, `${operation} failed on purpose`);
      }
    };
  return { before: at('before'), after: at('after') };
};

/** What one process makes of five clicks while the cluster fails, within two minutes. */
const made = async (...strikes: ReadonlyArray<Strike>): Promise<ReadonlyArray<string>> => {
  const processes = await Processes.of(counting, { faults: () => striking(...strikes) });
  await processes.put(clicked, ...Array.from({ length: 5 }, (_, n) => clickOf('a', newYear + n)));
  await processes.start('0');
  await processes.advance(120_000);
  const numbers = (await processes.values(paidClicks)).map(({ page }) => page.id);
  await processes.close();
  return numbers;
};

const all = ['1', '2', '3', '4', '5'];

describe('a process whose cluster does not answer for a while', () => {
  it('begins when it is told where', async () => {
    assert.deepEqual(await made({ operation: 'committed', code: 'cluster_unavailable', times: 6 }), all);
  });

  for (const when of ['before', 'after'] as const) {
    it(`goes on with a new producer when it gets one, and reads first what was committed (the commit failed ${when} it was done)`, async () => {
      const lost: Strike = { operation: 'commit', when, code: 'producer_failed' };
      const away: Strike = { operation: 'init', code: 'cluster_unavailable', nth: 2, times: 5 };
      const deaf: Strike = { operation: 'committed', code: 'cluster_unavailable', nth: 2, times: 5 };
      assert.deepEqual(await made(lost, away, deaf), all);
    });
  }

  it('does not ask again where it is refused', async () => {
    await assert.rejects(made({ operation: 'committed', code: 'not_authorized' }), { code: 'not_authorized' });
  });
});
