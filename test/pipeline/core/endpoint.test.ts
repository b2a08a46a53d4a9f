import assert from 'node:assert/strict';
import { describe as print } from '../../../pipeline/core/describe.ts';
import { endpoint } from '../../../pipeline/core/endpoint.ts';
import { graphviz } from '../../../pipeline/core/graphviz.ts';
import { mermaid } from '../../../pipeline/core/mermaid.ts';
import { topology } from '../../../pipeline/core/topology.ts';
import { planTopics } from '../../../pipeline/runtime/topic-plan.ts';
import { drive } from '../../../pipeline/testing/drive.ts';
import { clicked, clickOf, clickType, deadLetter, newYear } from '../../support/clicks.ts';

const hook = endpoint('click-hook', { type: clickType });

const clicks = topology('clicks', { deadLetter }, (t) => {
  t.source('in', clicked).to('hook', hook);
});

describe('endpoint', () => {
  it('takes what is usual for what its requests carry', () => {
    const { kind, name, type, ...rest } = hook;
    assert.deepEqual([kind, name, type], ['endpoint', 'click-hook', clickType]);
    assert.deepEqual(rest, { per: 'record', records: 100, waitMs: 0, concurrency: 8, giveUpAfter: undefined, refusalLimit: 100 });
    const batches = endpoint('b', { type: clickType, per: 'batch', records: 7, giveUpAfter: 60_000 });
    assert.deepEqual([batches.records, batches.waitMs, batches.giveUpAfter], [7, 1_000, 60_000]);
  });

  it('lists every mistake at once', () => {
    const options = { type: clickType, records: 0, waitMs: -1, concurrency: 1.5, giveUpAfter: 0, refusalLimit: 0 };
    assert.throws(
      () => endpoint('Click Hook', options),
      (error: Error) => {
        for (const part of ['the name', 'records is 0', 'waitMs is -1', 'concurrency is 1.5', 'giveUpAfter is 0', 'refusalLimit is 0']) {
          assert.ok(error.message.includes(part), `${part} in: ${error.message}`);
        }
        return true;
      },
    );
  });

  it('is drawn beside the topology, and described by the topic that feeds it', () => {
    assert.match(mermaid(clicks), /endpoint_click_hook>"click-hook"\][\s\S]*hook --> endpoint_click_hook/);
    assert.match(graphviz(clicks), /endpoint_click_hook \[label="click-hook" shape=cds/);
    const node = print(clicks).nodes.find(({ name }) => name === 'hook');
    assert.deepEqual(
      [node?.topics, node?.table, node?.params],
      [['millrace.clicks.hook.delivery'], undefined, { endpoint: 'click-hook', per: 'record' }],
    );
  });

  it('has a topic that it is fed from and a dead letter that is kept', () => {
    const { internal } = planTopics(clicks, new Map([[clicked.name, 3]]));
    assert.deepEqual(internal, [
      { topic: 'millrace.clicks.hook.delivery', partitions: 3, config: { 'cleanup.policy': 'delete' } },
      { topic: 'millrace.clicks.hook.dead-letter', partitions: 3, config: { 'cleanup.policy': 'delete', 'retention.ms': '-1' } },
    ]);
  });

  it('is given its records in a driven topology, keyed as the stream is', async () => {
    const driver = await drive(clicks);
    const click = clickOf('ann', newYear);
    await driver.send(clicked, click);
    assert.deepEqual(await driver.rows('hook', hook), [click]);
    await driver.close();
  });
});
