import assert from 'node:assert/strict';
import { map as mapChunks } from 'rxjs';
import { map } from '../../../../operators/map.ts';
import { versioned } from '../../../../pipeline/core/key.ts';
import type { Topology } from '../../../../pipeline/core/graph.ts';
import type { Operator } from '../../../../pipeline/core/operator.ts';
import { route, way } from '../../../../pipeline/core/route.ts';
import { topology } from '../../../../pipeline/core/topology.ts';
import { originText } from '../../../../pipeline/runtime/headers.ts';
import { drive } from '../../../../pipeline/testing/drive.ts';
import { type Click, clicked, clickOf, deadLetter, newYear, paidClicks } from '../../../support/clicks.ts';
import { Processes } from '../../../../pipeline/testing/processes.ts';
import { recordingMeter } from '../recording-meter.ts';

/** What no compiler lets through, but a careless cast may: a page without an id. */
const pageless = (click: Click): Click => (click.paid ? click : { ...click, page: Object.create(null) as Click['page'] });

describe('what reaches a sink', () => {
  it('is refused there if it does not fit the schema, with the bytes that were read, and the others go on', async () => {
    const careless = topology('careless', { deadLetter }, (t) =>
      t
        .source('in', clicked)
        .pipe(map('spoil', pageless, { output: clicked.type, keyed: ['user'] }))
        .to('out', paidClicks),
    );
    const driver = await drive(careless);
    await driver.send(clicked, clickOf('a'), clickOf('b', newYear, { paid: false }), clickOf('c'));
    assert.deepEqual(
      (await driver.values(paidClicks)).map(({ user }) => user),
      ['a', 'c'],
    );
    const [letter, ...more] = await driver.rejects();
    assert.deepEqual(more, []);
    assert.deepEqual([letter?.node, letter?.rule, letter?.provenance], ['out', 'not_encodable', 'clicked:0:1']);
    assert.deepEqual(clicked.type.decode(letter!.bytes!.subarray(5)), clickOf('b', newYear, { paid: false }));
    await driver.close();
  });

  it('goes the way that its routing table gives; what has none is counted, and what the choice throws is refused', async () => {
    const meter = recordingMeter();
    const whole = (click: Click): Click => click;
    const byUser = route(
      versioned('1', ({ user }: Click) => {
        if (user === 'nobody') throw new Error('no such user');
        return user;
      }),
      { a: way(paidClicks, whole), b: way({ ...paidClicks, name: 'b-clicks' }, whole) },
    );
    const routed = topology('routed', { deadLetter }, (t) => t.source('in', clicked).to('out', byUser));
    const processes = await Processes.of(routed, { deps: () => ({ meter }) });
    await processes.put(clicked, ...['a', 'b', 'elsewhere', 'nobody', 'a'].map((user, n) => clickOf(user, newYear + n)));
    await processes.start('0');
    await processes.advance(500);
    assert.equal((await processes.records(paidClicks.name)).length, 2);
    assert.equal((await processes.records('b-clicks')).length, 1);
    assert.equal(meter.counted('node_events_total', { node: 'out', event: 'unrouted' }), 1);
    assert.equal(meter.counted('records_rejected_total', { node: 'out', rule: 'user_function_failed' }), 1);
    await processes.close();
  });

  it('keeps its event time and its provenance over a repartition', async () => {
    const again = topology('again', { deadLetter }, (t) =>
      t
        .source('in', clicked)
        .repartition('by-page', { key: ['page.id'] })
        .to('out', paidClicks),
    );
    const processes = await Processes.of(again);
    await processes.put(clicked, clickOf('a', newYear - 1_000));
    await processes.start('0');
    await processes.advance(500);
    const moved = (await processes.records('millrace.again.by-page.repartition')).filter(({ value }) => value !== null);
    assert.deepEqual(
      moved.map(({ timestamp, key }) => [timestamp, String(key)]),
      [[newYear - 1_000, 'p1']],
    );
    const out = await processes.records(paidClicks.name);
    assert.deepEqual(out.map(originText), [`${clicked.name}:0:0`]);
    assert(out.every(({ timestamp }) => timestamp >= newYear));
    await processes.close();
  });
});

describe('an operator that breaks its contract', () => {
  const forgetful = (build: Operator<Click, Click>['build']): Topology => {
    const forget: Operator<Click, Click> = { shape: 'step', name: 'forget', kind: 'forget', params: {}, keeps: true, build };
    return topology('forgetful', { deadLetter }, (t) => t.source('in', clicked).pipe(forget).to('out', paidClicks));
  };

  it('by using a store that it does not declare stops the process', async () => {
    const build: Operator<Click, Click>['build'] = ({ store }) => mapChunks((chunk) => (store.delete('x'), chunk));
    await assert.rejects(drive(forgetful(build)), { code: 'engine_defect', message: /"forget" declares no state/ });
  });

  it('by throwing what is no error stops the process, too', async () => {
    const thrown: unknown = 'just a text';
    const build: Operator<Click, Click>['build'] = () =>
      mapChunks(() => {
        throw thrown;
      });
    await assert.rejects(drive(forgetful(build)), { code: 'engine_defect', message: 'just a text' });
  });
});
