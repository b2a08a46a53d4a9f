import assert from 'node:assert/strict';
import { decide } from '../../../operators/decide.ts';
import { drift } from '../../../operators/decide/drift.ts';
import { chunkOf } from '../../../pipeline/testing/records.ts';
import { runJoin } from '../../../pipeline/testing/run-operator.ts';
import { policy, served, shift } from './sample.ts';

const events = { output: { node: 'shifts', port: undefined } };

const watched = (then: 'notify' | 'pause') =>
  runJoin(
    decide('taste', events, {
      ...policy,
      rule: drift({ test: 'cusum', target: 0.95, sd: 0.22, then }),
      span: { lastWindows: 10 },
      minSamples: 100,
    }),
  );

/** Twenty minutes of ana alone: 95 % liked, from the tenth on 75 %. */
const evening = Array.from({ length: 20 }, (_, minute) => served('ana', minute, { n: 100, liked: minute < 10 ? 95 : 75 }));

describe('a policy that watches for drift', () => {
  it('tells of it without a baseline, from windows in order of time, after a promotion, too', () => {
    const run = watched('notify');
    run.right(chunkOf([shift('ana', 'deployed', 0), shift('ana', 'promoted', 1)]));
    run.left(chunkOf(evening));
    const [first] = run.values;
    assert.ok(first !== undefined);
    assert.deepEqual([first.kind, first.from, first.to, first.evidence.rule], ['notify', 'ana', undefined, 'drift/cusum']);
    assert.equal(run.values.length, 1);
  });

  it('is found whatever the order in which windows arrive', () => {
    const order = [...evening.slice(0, 15)].reverse();
    const run = watched('pause');
    run.right(chunkOf([shift('ana', 'deployed', 0)]));
    run.left(chunkOf(order));
    const forward = watched('pause');
    forward.right(chunkOf([shift('ana', 'deployed', 0)]));
    forward.left(chunkOf(evening.slice(0, 15)));
    assert.equal(forward.values.length, 1);
    assert.equal(forward.values[0]?.kind, 'pause');
    const last = run.values.at(-1);
    assert.equal(last?.kind, 'pause');
  });
});
