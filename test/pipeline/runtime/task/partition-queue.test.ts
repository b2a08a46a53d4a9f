import assert from 'node:assert/strict';
import type { LogRecord } from '../../../../pipeline/core/ports/cluster.ts';
import { EventClock } from '../../../../pipeline/runtime/clock/partition-clock.ts';
import { PartitionQueue } from '../../../../pipeline/runtime/task/partition-queue.ts';

const at = { topic: 't', partition: 3 };
const record = (offset: number): LogRecord => ({ ...at, offset, key: null, value: Buffer.from('v'), timestamp: 0 });

describe('PartitionQueue', () => {
  it('refuses a record from before its position: what became of it is committed', () => {
    const queue = new PartitionQueue({ entry: 'in', at }, new EventClock(), { holdsClock: true, now: 0 });
    queue.position = 5;
    queue.push(record(5));
    queue.push(record(9));
    assert.throws(() => queue.push(record(4)), { code: 'engine_defect', message: /^t:3:4 was read again/ });
    queue.drop(2);
    assert.equal(queue.position, 10);
    assert.throws(() => queue.push(record(9)), { code: 'engine_defect' });
  });
});
