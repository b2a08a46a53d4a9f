import assert from 'node:assert/strict';
import { decide } from '../../../operators/decide.ts';
import { absolute } from '../../../operators/decide/absolute.ts';
import type { Decision } from '../../../operators/decide/decision.ts';
import { decisionId } from '../../../operators/decide/decision-id.ts';
import { chunkOf } from '../../../pipeline/testing/records.ts';
import { runJoin } from '../../../pipeline/testing/run-operator.ts';
import { at, evening, policy, served, type Served, shift } from './sample.ts';

const events = { output: { node: 'shifts', port: undefined } };
const numbers = { n: 60, liked: 30, guests: [1, 2, 3] };

/** What is decided of the first cook of the evening, who has nobody to be compared with and is bad from minute 0 on. */
const decisions = (changes: Partial<typeof policy>): ReadonlyArray<Decision<Served>> => {
  const run = runJoin(decide('taste', events, { ...policy, rule: absolute({ bound: 0.9 }), ...changes }));
  run.right(chunkOf([shift('ana', 'deployed', 0)]));
  const minutes = Array.from({ length: 6 }, (_, minute) => served('ana', minute, numbers));
  return run.left(chunkOf(minutes)).main.records.map(({ value }) => value);
};

describe('a version without a predecessor', () => {
  it('that breaks the policy is told of, since there is nothing to go back to', () => {
    const [decision, ...more] = decisions({});
    assert.deepEqual(more, []);
    assert.deepEqual(
      [decision?.kind, decision?.from, decision?.to, decision?.reason],
      ['notify', 'ana', undefined, 'liked of ana: a mean of 0.5000 over 180 observations against a bound of 0.9'],
    );
    assert.equal(decision?.id, decisionId('taste', 'north', 'ana', 'notify', String(evening), '2'));
    const { evidence } = decision;
    assert.deepEqual([evidence.baseline, evidence.submitters, evidence.look], [undefined, 3, 2]);
    assert.deepEqual([evidence.spanStart, evidence.spanEnd], [at(0), at(3)]);
    assert.deepEqual(evidence.inputs, [{ topic: 'dishes', partition: 0, from: 0, to: 260 }]);
  });

  it('is judged by its last windows alone if the policy says so', () => {
    const [decision] = decisions({ span: { lastWindows: 2 } });
    assert.equal(decision?.kind, 'notify');
    assert.equal(decision.evidence.candidate.n, 120);
    assert.equal(decision.evidence.baseline, undefined);
  });
});
