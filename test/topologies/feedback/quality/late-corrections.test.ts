import assert from 'node:assert/strict';
import { minutes } from '../../../../pipeline/core/time.ts';
import { chunkOf, recordOf } from '../../../../pipeline/testing/records.ts';
import { runOperator } from '../../../../pipeline/testing/run-operator.ts';
import { qualityCorrection, type QualityCorrection } from '../../../../schemas/generated/quality-correction.ts';
import { modelQuality } from '../../../../topologies/feedback/quality/model-quality.ts';
import { lateCorrections } from '../../../../topologies/feedback/quality/late-corrections.ts';
import { answered, inferred, observed, type Observation } from '../../../../topologies/feedback/quality/observation.ts';
import { fixtureStart, soundFeedback } from '../../../fixtures/sound-feedback.ts';
import { attributedSample, inferenceOf, samples, threeStars } from '../samples.ts';

const start = fixtureStart / 1000;

const corrected = (observations: ReadonlyArray<Observation>): ReadonlyArray<QualityCorrection> => {
  const run = runOperator(lateCorrections('corrections'));
  const dims = { tenant: 'acme', model_name: 'digits', model_version: 'digits-v1' };
  run.feed(chunkOf(observations.map((value) => recordOf({ start, end: start + minutes(1), dims, value }, { asOf: start + 90_000_000 }))));
  return run.values;
};

const sumsOf = (rows: ReadonlyArray<QualityCorrection>): ReadonlyArray<ReadonlyArray<unknown>> =>
  rows.map(({ metric, n, sum, sum_sq, inference_count }) => [metric, n, sum, sum_sq, inference_count]);

describe('what comes after a window has closed', () => {
  it('adds a click to the click rate and the reward', () => {
    assert.deepEqual(sumsOf(corrected([observed(attributedSample(soundFeedback.IMPLICIT_CLICK))])), [
      ['click_rate', 1, 1, 1, 0],
      ['reward', 1, 1, 1, 0],
    ]);
  });

  it('adds an inference to what could be judged', () => {
    const [row] = corrected([inferred(inferenceOf(soundFeedback.LABEL))]);
    assert.ok(row !== undefined);
    assert.deepEqual(sumsOf([row]), [['coverage', 0, 0, 0, 1]]);
    assert.deepEqual([row.reason, row.feedback_id], ['LATE_INFERENCE', null]);
  });

  it('adds to what was judged, under another id than the inference has', () => {
    const answer = answered(attributedSample(soundFeedback.LABEL));
    const [row, logged] = corrected([answer, inferred(inferenceOf(soundFeedback.LABEL))]);
    assert.ok(row !== undefined);
    assert.deepEqual(sumsOf([row]), [['coverage', 1, 1, 1, 0]]);
    assert.deepEqual([row.reason, row.feedback_id], ['LATE_FEEDBACK', null]);
    assert.notEqual(row.event_id, logged?.event_id);
  });

  it('squares what is between 0 and 1', () => {
    assert.deepEqual(sumsOf(corrected([observed(attributedSample(threeStars))])), [['satisfaction', 1, 0.5, 0.25, 0]]);
  });

  it('says which window it belongs to and when it came, in microseconds', () => {
    const [row] = corrected([observed(attributedSample(soundFeedback.LABEL))]);
    assert.ok(row !== undefined);
    assert.deepEqual([row.window_start, row.window_end, row.stream_time], [fixtureStart, fixtureStart + 60_000_000, fixtureStart + 9e10]);
    assert.deepEqual(qualityCorrection.decode(qualityCorrection.encode(row)), row);
  });

  it('has an id for each metric, the same in every replay', () => {
    const observations = Object.values(samples).map((event, index) => ({
      ...observed(attributedSample(event)),
      inference_id: `i${String(index)}`,
    }));
    const ids = corrected(observations).map(({ event_id }) => event_id);
    assert.equal(new Set(ids).size, ids.length);
    assert.deepEqual(
      corrected(observations).map(({ event_id }) => event_id),
      ids,
    );
  });

  it('adds up to what the window would have held', () => {
    const observations = Object.values(samples).map((event) => observed(attributedSample(event)));
    const quality = modelQuality.result(observations.reduce((acc, each) => modelQuality.add(acc, each), modelQuality.zero()));
    for (const metric of ['accuracy', 'satisfaction', 'click_rate', 'reward'] as const) {
      const rows = corrected(observations).filter((row) => row.metric === metric);
      const { n, sum, sum_sq } = quality[metric].sums;
      assert.deepEqual(
        [rows.length, rows.reduce((total, row) => total + row.sum, 0), rows.reduce((total, row) => total + row.sum_sq, 0)],
        [n, sum, sum_sq],
      );
    }
  });
});
