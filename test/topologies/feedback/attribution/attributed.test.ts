import assert from 'node:assert/strict';
import { inferenceCarry } from '../../../../schemas/generated/inference-carry.ts';
import type { InferenceLog } from '../../../../schemas/generated/inference-log.ts';
import { attributedFeedback } from '../../../../schemas/generated/attributed-feedback.ts';
import { orphanedFeedback } from '../../../../schemas/generated/orphaned-feedback.ts';
import { attributed } from '../../../../topologies/feedback/attribution/attributed.ts';
import { carryOf } from '../../../../topologies/feedback/attribution/carry-of.ts';
import { orphaned } from '../../../../topologies/feedback/attribution/orphaned.ts';
import { fixtureStart, soundFeedback } from '../../../fixtures/sound-feedback.ts';
import { inferenceOf } from '../samples.ts';

const event = soundFeedback.LABEL;
const inference = inferenceOf(event);
const [first] = inference.candidates;

const withOutput = (output: string): InferenceLog => {
  assert.ok(first !== undefined);
  return { ...inference, candidates: [{ ...first, output }] };
};

describe('what is kept of an inference', () => {
  it('is what it says of the candidate that was chosen', () => {
    assert.ok(first !== undefined);
    const second = { ...first, output: '9', score: 0.4, position: 2, logits: [1, 2] };
    const both = { ...inference, candidates: [first, second] };
    assert.equal(carryOf({ ...both, chosen: null }).inference.output, first.output);
    const carry = carryOf({ ...both, chosen: 1 });
    assert.deepEqual([carry.inference.output, carry.inference.score, carry.inference.position, carry.logits], ['9', 0.4, 2, [1, 2]]);
    assert.equal(carry.inference.candidate_count, 2);
  });

  it('lacks an output that is longer than 1,000 characters', () => {
    assert.equal(carryOf(withOutput('x'.repeat(1000))).inference.output?.length, 1000);
    assert.equal(carryOf(withOutput('x'.repeat(1001))).inference.output, null);
  });

  it('lacks a candidate that is not there', () => {
    const { inference: summary, logits } = carryOf({ ...inference, chosen: 7 });
    assert.deepEqual([summary.output, summary.position, summary.propensity, logits], [null, null, null, null]);
  });

  it('can be written and read', () => {
    const carry = carryOf(inference);
    assert.deepEqual(inferenceCarry.decode(inferenceCarry.encode(carry)), carry);
  });
});

describe('feedback that met its inference', () => {
  it('has the version that answered, and says whether another one was claimed', () => {
    const claiming = (model_version: string | null): boolean =>
      attributed({ ...event, model_version }, carryOf(inference), 'MATCHED').attribution.claimed_version_mismatch;
    assert.deepEqual([claiming('digits-v1'), claiming(null), claiming('digits-v2')], [false, false, true]);
    assert.equal(
      attributed({ ...event, model_version: 'digits-v2' }, carryOf(inference), 'MATCHED').attribution.model_version,
      'digits-v1',
    );
  });

  it('tells how long after the inference it was given, also when that is less than nothing', () => {
    const lag = (event_time: number): number => attributed({ ...event, event_time }, carryOf(inference), 'MATCHED_LATE').attribution.lag_us;
    assert.deepEqual([lag(fixtureStart + 7), lag(fixtureStart - 7)], [7, -7]);
  });

  it('can be written and read', () => {
    const value = attributed(event, carryOf(inference), 'MATCHED_LATE');
    assert.deepEqual(attributedFeedback.decode(attributedFeedback.encode(value)), value);
    const orphan = orphaned(event, { orphanedAt: fixtureStart / 1000, attributableUntil: fixtureStart / 1000 + 1 });
    assert.deepEqual(orphanedFeedback.decode(orphanedFeedback.encode(orphan)), orphan);
    assert.deepEqual([orphan.orphaned_at, orphan.attributable_until], [fixtureStart, fixtureStart + 1000]);
  });
});
