import assert from 'node:assert/strict';
import { exampleOf } from '../../../bin/demo/verify/example-of.ts';
import { reviewTaskOf } from '../../../topologies/feedback/review-task-of.ts';
import { byKind } from '../../../topologies/feedback/training/by-kind.ts';
import { topics } from '../../../topologies/feedback/topics.ts';
import { doubtOf } from '../../../topologies/feedback/triage.ts';
import type { AttributedFeedback } from '../../../schemas/generated/attributed-feedback.ts';
import { soundFeedback } from '../../fixtures/sound-feedback.ts';
import { attributedSample, inferenceOf, ranking, samples, threeStars } from './samples.ts';

interface Written {
  readonly topic: string;
  readonly record: unknown;
}

/** The one record that the topology writes about attributed feedback. */
const written = (value: AttributedFeedback): Written => {
  if (doubtOf(value.feedback) !== undefined) return { topic: topics.reviewTasks.name, record: reviewTaskOf(value) };
  const { select, ways } = byKind(topics.training);
  const placement = { attributed: value, isGone: false };
  const way = ways[select.of(placement)];
  assert.ok(way !== undefined);
  return { topic: way.topic.name, record: way.project(placement) };
};

describe('the record that is made of feedback', () => {
  for (const [name, event] of Object.entries(samples)) {
    it(`is, of ${name}, the one that the rules describe`, () => {
      const value = attributedSample(event);
      const told = { segment: value.segment, score: value.score };
      assert.deepEqual(written(value), exampleOf({ event, inference: inferenceOf(event) }, told));
    });
  }

  it('fits the schema of its topic', () => {
    const ways = byKind(topics.training).ways;
    for (const event of Object.values(samples)) {
      const { topic, record } = written(attributedSample(event));
      const type = [topics.reviewTasks, ...Object.values(ways).map((way) => way.topic)].find(({ name }) => name === topic)?.type;
      assert.ok(type !== undefined);
      assert.deepEqual(type.decode(type.encode(record)), record);
    }
  });

  it('is a task for a person when it is a comment, a tie or an unsure label, and only then', () => {
    const doubts = Object.entries(samples).flatMap(([name, event]) => (doubtOf(event) === undefined ? [] : [[name, doubtOf(event)]]));
    assert.deepEqual(doubts, [
      ['COMMENT', 'COMMENT'],
      ['tie', 'TIE'],
      ['an unsure label', 'UNSURE'],
    ]);
  });

  it('prefers the first of a ranking to all the others', () => {
    const { record } = written(attributedSample(ranking));
    assert.ok(
      typeof record === 'object' && record !== null && 'chosen_id' in record && 'rejected_ids' in record && 'target_chosen' in record,
    );
    assert.deepEqual([record.chosen_id, record.rejected_ids, record.target_chosen], ['other-1', [ranking.target.id, 'other-2'], false]);
  });

  it('holds a rating as it was given and on a scale from 0 to 1', () => {
    const { record } = written(attributedSample(threeStars));
    assert.ok(typeof record === 'object' && record !== null && 'raw' in record && 'score' in record);
    assert.deepEqual([record.raw, record.score], [3, 0.5]);
  });

  it('goes nowhere if it is of a kind that no training topic takes', () => {
    const { select, ways } = byKind(topics.training);
    assert.equal(ways[select.of({ attributed: attributedSample(soundFeedback.COMMENT), isGone: false })], undefined);
  });
});
