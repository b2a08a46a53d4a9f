import assert from 'node:assert/strict';
import { topology } from '../../../../pipeline/core/topology.ts';
import { Committer } from '../../../../pipeline/runtime/commit/committer.ts';
import { clicked, deadLetter, paidClicks } from '../../../support/clicks.ts';
import { numbered } from '../numbered.ts';
import { openTask } from '../open-task.ts';

const counting = topology('counting', { deadLetter }, (t) => t.source('in', clicked).pipe(numbered('number')).to('out', paidClicks));
const silent = { assigned: () => Promise.resolve(), revoked: () => Promise.resolve(), lost: () => Promise.resolve() };

describe('a commit in which no offset has moved', () => {
  it('is refused all the same if the tasks are others by now', async () => {
    const { task, env, processes } = await openTask(counting);
    const { cluster, clock } = processes;
    const committer = await Committer.open(env, cluster, { group: 'counting', slot: '0' });
    const stranger = await cluster.groupConsumer({ groupId: 'counting', topics: [clicked.name], from: 'earliest', listener: silent });
    await task.committed(task.offsets(() => undefined));
    assert.deepEqual(
      task.offsets(() => undefined),
      [],
    );
    assert.equal(await clock.until(committer.commit(stranger, [task], () => undefined)), 'nothing');
    env.outbox.put({ topic: paidClicks.name, partition: 0, key: null, value: Buffer.from('late') });
    assert.equal(await clock.until(committer.commit(stranger, [task], () => undefined)), 'aborted');
    assert.deepEqual(await processes.records(paidClicks.name), []);
    await committer.close();
    await cluster.close();
  });
});
