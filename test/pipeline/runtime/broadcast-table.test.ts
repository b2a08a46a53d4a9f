import assert from 'node:assert/strict';
import { memoryRegistry } from '../../../pipeline/avro/memory-registry.ts';
import { createWire } from '../../../pipeline/avro/wire.ts';
import { memoryCluster } from '../../../pipeline/cluster/memory/memory-cluster.ts';
import { noLog } from '../../../pipeline/core/ports/log.ts';
import { topology } from '../../../pipeline/core/topology.ts';
import { enrich } from '../../../operators/enrich.ts';
import { BroadcastTable } from '../../../pipeline/runtime/broadcast-table.ts';
import { VirtualClock } from '../../../pipeline/testing/virtual-clock.ts';
import { clicked, deadLetter, lastVisits, paidClicks, visitType } from '../../support/clicks.ts';
import { recordingMeter } from './recording-meter.ts';

const greeted = topology('greeted', { deadLetter }, (t) => {
  const table = t.broadcast('visits', lastVisits);
  t.source('in', clicked)
    .pipe(enrich('greet', table, { key: ['user'], merge: (click) => click }))
    .to('out', paidClicks);
});

describe('a broadcast table', () => {
  it('keeps a row when what comes after cannot be decoded, and counts that', async () => {
    const cluster = memoryCluster({ clock: new VirtualClock() });
    const wire = createWire(memoryRegistry());
    await (await cluster.admin()).createTopics([{ topic: lastVisits.name, partitions: 1 }]);
    const producer = await cluster.producer();
    const encode = await wire.encoder(lastVisits.name, visitType);
    const visit = { visitor: 'a', country: 'NL', at: 0 };
    const sound = encode(visit);
    const warnings: unknown[] = [];
    await producer.send({ topic: lastVisits.name, key: Buffer.from('a'), value: sound });
    await producer.send({ topic: lastVisits.name, key: Buffer.from('a'), value: sound.subarray(0, sound.length - 1) });
    const node = greeted.nodes.find(({ kind }) => kind === 'broadcast');
    assert.ok(node?.kind === 'broadcast');
    const meter = recordingMeter();
    const log = { ...noLog, warn: (fields: unknown) => warnings.push(fields) };
    const table = await BroadcastTable.load(node, { cluster, wire, meter, log, topology: 'greeted', partitions: 1 });
    assert.deepEqual(table.get('a'), visit);
    assert.equal(table.version(), 'visits.last:0:2');
    assert.equal(meter.counted('records_rejected_total', { node: 'visits', rule: 'not_decodable' }), 1);
    assert.equal(warnings.length, 1);
    await table.close();
  });
});
