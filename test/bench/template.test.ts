import assert from 'node:assert/strict';
import { feedbackAt, inferenceAt } from '../../bench/support/feedback-input.ts';

describe('the input of the benchmark', () => {
  it('is feedback that differs in its target, its id and the version that it claims', () => {
    const one = feedbackAt(1, 12, 3);
    const other = feedbackAt(2, 16, 3);
    assert.equal(one.target.id.slice(-12), '000000000001');
    assert.equal(one.feedback_id.slice(-12), '000000000012');
    assert.equal(one.model_version, 'model-000000000003');
    assert.deepEqual(other, { ...one, target: other.target, feedback_id: other.feedback_id, event_id: other.event_id });
  });

  it('names each inference as the feedback that judges it does', () => {
    assert.equal(inferenceAt(5).inference_id, feedbackAt(5, 1, 0).target.id);
  });
});
