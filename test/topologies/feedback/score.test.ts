import assert from 'node:assert/strict';
import { scoreOf } from '../../../topologies/feedback/score.ts';
import { soundFeedback } from '../../fixtures/sound-feedback.ts';
import { threeStars } from './samples.ts';

describe('the score of a rating', () => {
  it('is between 0 and 1 on a scale with both ends', () => {
    assert.equal(scoreOf(threeStars, { min: 1, max: 5 }), 0.5);
  });

  it('is the number itself on any other scale', () => {
    for (const scale of [undefined, { min: null, max: 5 }, { min: 1, max: null }, { min: 5, max: 5 }, { min: 5, max: 1 }]) {
      assert.equal(scoreOf(threeStars, scale), 3);
    }
  });

  it('is 1 or 0 of yes or no', () => {
    const { RATING } = soundFeedback;
    assert.equal(scoreOf({ ...RATING, bool: { v: true } }, undefined), 1);
    assert.equal(scoreOf({ ...RATING, bool: { v: false } }, undefined), 0);
  });

  it('is missing of feedback that is no rating', () => {
    assert.equal(scoreOf({ ...threeStars, feedback_type: 'LABEL' }, { min: 1, max: 5 }), null);
  });
});
