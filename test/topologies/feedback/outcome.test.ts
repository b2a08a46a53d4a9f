import assert from 'node:assert/strict';
import { tombstone } from '../../../pipeline/core/chunk.ts';
import { feedbackOutcome } from '../../../schemas/generated/feedback-outcome.ts';
import { attributed } from '../../../topologies/feedback/attribution/attributed.ts';
import { carryOf } from '../../../topologies/feedback/attribution/carry-of.ts';
import { orphaned } from '../../../topologies/feedback/attribution/orphaned.ts';
import { outcomeOf, outcomesOf } from '../../../topologies/feedback/outcome.ts';
import { orphanStatement, statementOf } from '../../../topologies/feedback/revisions/statement.ts';
import { soundFeedback } from '../../fixtures/sound-feedback.ts';
import { attributedSample, inferenceOf, samples } from './samples.ts';

describe('where feedback ends', () => {
  it('is the training topic of its kind, or with a person', () => {
    const ends = Object.entries(samples).map(([name, event]) => {
      const { outcome, topic } = outcomeOf(attributedSample(event));
      return `${name}: ${outcome} ${topic}`;
    });
    assert.deepEqual(ends, [
      'EXPLICIT_CORRECTION: TRAINING training.corrections',
      'LABEL: TRAINING training.corrections',
      'RATING: TRAINING training.ratings',
      'COMMENT: REVIEW review.tasks',
      'PREFERENCE_PAIR: TRAINING training.preferences',
      'IMPLICIT_CLICK: TRAINING training.implicit',
      'IMPLICIT: TRAINING training.implicit',
      'three stars: TRAINING training.ratings',
      'ranking: TRAINING training.preferences',
      'tie: REVIEW review.tasks',
      'an unsure label: REVIEW review.tasks',
      'a label at the edge of doubt: TRAINING training.corrections',
    ]);
  });

  it('is among the orphans while its inference has not been seen, under the id that it keeps when it is matched late', () => {
    const event = soundFeedback.LABEL;
    const given = orphaned(event, { orphanedAt: 1, attributableUntil: 2 });
    const statement = orphanStatement(given);
    const change = { revision: 1, cause: 'STANDS', before: null, after: statement, of: statement, retracted: false } as const;
    const [orphan] = outcomesOf(change);
    assert.ok(orphan !== undefined);
    assert.equal(orphanStatement(tombstone(given)).says, 'GONE');
    assert.deepEqual(outcomesOf({ ...change, cause: 'GONE', before: statement, after: null }), []);
    const matched = outcomeOf(attributed(event, carryOf(inferenceOf(event)), 'MATCHED_LATE'));
    assert.deepEqual([orphan.outcome, orphan.topic, orphan.model_name], ['ORPHANED', 'feedback.orphaned', null]);
    assert.equal(matched.attribution_status, 'MATCHED_LATE');
    assert.equal(matched.event_id, orphan.event_id);
    for (const row of [orphan, matched]) assert.deepEqual(feedbackOutcome.decode(feedbackOutcome.encode(row)), row);
  });

  it('is nowhere once it was taken back, whatever it was before', () => {
    const event = soundFeedback.LABEL;
    const statements = [statementOf(attributedSample(event)), orphanStatement(orphaned(event, { orphanedAt: 1, attributableUntil: 2 }))];
    for (const of of statements) {
      const [row, ...others] = outcomesOf({ revision: 2, cause: 'RETRACTS', before: of, after: null, of, retracted: true });
      assert.equal(others.length, 0);
      assert.ok(row !== undefined);
      assert.deepEqual([row.outcome, row.topic, row.feedback_id], ['RETRACTED', '', event.feedback_id]);
      assert.deepEqual(feedbackOutcome.decode(feedbackOutcome.encode(row)), row);
    }
  });
});
