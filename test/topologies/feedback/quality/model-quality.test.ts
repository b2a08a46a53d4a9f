import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ByteReader, ByteWriter } from '../../../../pipeline/core/bytes.ts';
import { minutes } from '../../../../pipeline/core/time.ts';
import { windowAggregate, type WindowAggregate } from '../../../../schemas/generated/window-aggregate.ts';
import { modelQuality, type Quality } from '../../../../topologies/feedback/quality/model-quality.ts';
import { answered, inferred, observed, type Observation } from '../../../../topologies/feedback/quality/observation.ts';
import { qualityRows } from '../../../../topologies/feedback/quality/quality-rows.ts';
import type { QualityWindow } from '../../../../topologies/feedback/quality/quality-window.ts';
import { fixtureStart, soundFeedback } from '../../../fixtures/sound-feedback.ts';
import { attributedSample, inferenceOf, samples, threeStars } from '../samples.ts';

const qualityOf = (observations: ReadonlyArray<Observation>): Quality =>
  modelQuality.result(observations.reduce((acc, each) => modelQuality.add(acc, each), modelQuality.zero()));

const windowOf = (observations: ReadonlyArray<Observation>): QualityWindow => ({
  start: fixtureStart / 1000,
  end: fixtureStart / 1000 + minutes(1),
  closesAt: fixtureStart / 1000 + minutes(2),
  dims: { tenant: 'acme', model_name: 'digits', model_version: 'digits-v1' },
  revision: 3,
  final: false,
  provisional: false,
  n: observations.length,
  streamTime: fixtureStart / 1000 + 1.5,
  offsets: [{ topic: 'feedback.received', partition: 2, from: 5, to: 9 }],
  value: qualityOf(observations),
});

const rowsOf = (observations: ReadonlyArray<Observation>): Readonly<Record<string, WindowAggregate>> =>
  Object.fromEntries(qualityRows(windowOf(observations)).map((row) => [row.metric, row]));

const told = Object.values(samples).map((event) => observed(attributedSample(event)));
const logged = inferred(inferenceOf(soundFeedback.LABEL));
const answer = answered(attributedSample(soundFeedback.LABEL));

describe('the quality of a version in a window', () => {
  it('has accuracy from corrections and labels: right is 1, wrong is 0', () => {
    const { accuracy } = rowsOf([
      observed(attributedSample(soundFeedback.EXPLICIT_CORRECTION)),
      observed(attributedSample(soundFeedback.LABEL)),
    ]);
    assert.deepEqual([accuracy?.n, accuracy?.sum, accuracy?.mean], [2, 1, 0.5]);
    assert.deepEqual(accuracy?.label_counts, { '1': 1, '7': 1 });
    assert.equal(accuracy.distinct_submitters, 1);
  });

  it('has the click rate from clicks and abandoned impressions, the reward from their worth', () => {
    const { click_rate, reward } = rowsOf([
      observed(attributedSample(soundFeedback.IMPLICIT_CLICK)),
      observed(attributedSample(soundFeedback.IMPLICIT)),
    ]);
    assert.deepEqual([click_rate?.n, click_rate?.sum], [2, 1]);
    assert.deepEqual([reward?.n, reward?.sum, reward?.min, reward?.max], [2, 1, 0, 1]);
  });

  it('has satisfaction from ratings on their scale', () => {
    const { satisfaction } = rowsOf([observed(attributedSample(threeStars)), observed(attributedSample(soundFeedback.RATING))]);
    assert.deepEqual([satisfaction?.n, satisfaction?.sum, satisfaction?.sum_sq], [2, 1.5, 1.25]);
  });

  it('counts what was judged for coverage, over the inferences of the window', () => {
    const rows = rowsOf([logged, logged, ...told, answer]);
    assert.deepEqual([rows.coverage?.n, rows.coverage?.sum, rows.coverage?.inference_count], [1, 1, 2]);
    assert.ok(Object.values(rows).every((row) => row.inference_count === 2));
  });

  it('has a row of coverage without any feedback, and of no other metric', () => {
    const rows = rowsOf([logged]);
    assert.deepEqual(Object.keys(rows), ['coverage']);
    assert.deepEqual([rows.coverage?.n, rows.coverage?.mean], [0, null]);
  });

  it('says which window and revision a row is of, in microseconds, and where it comes from', () => {
    const [row] = qualityRows(windowOf([logged]));
    assert.ok(row !== undefined);
    assert.deepEqual([row.window_start, row.window_end, row.revision], [fixtureStart, fixtureStart + 60_000_000, 3]);
    assert.equal(row.stream_time, fixtureStart + 1_500);
    assert.deepEqual(row.inputs, [{ topic: 'feedback.received', partition: 2, from_offset: 5, to_offset: 9 }]);
    assert.deepEqual(windowAggregate.decode(windowAggregate.encode(row)), row);
  });

  it('counts labels beyond a hundred together, under the empty name', () => {
    const many = Array.from({ length: 105 }, (_, label) => ({
      ...observed(attributedSample(soundFeedback.LABEL)),
      label: String(1000 + label),
    }));
    assert.equal(rowsOf(many).accuracy?.label_counts[''], 5);
  });

  it('is the same to the bit in any order and grouping, and as read back', () => {
    const values = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    const anyObservation = fc
      .tuple(fc.constantFrom(...told, logged, answer), values)
      .map(([each, reward]) => (each.reward === null ? each : { ...each, reward }));
    const fold = (each: ReadonlyArray<Observation>): unknown[] =>
      each.reduce((acc, one) => modelQuality.add(acc, one), modelQuality.zero());
    fc.assert(
      fc.property(fc.array(anyObservation, { maxLength: 30 }), fc.nat(30), (observations, cut) => {
        const merged = modelQuality.merge(fold(observations.slice(cut).reverse()), fold(observations.slice(0, cut)));
        const writer = new ByteWriter();
        modelQuality.write(merged, writer);
        assert.deepEqual(modelQuality.result(modelQuality.read(new ByteReader(writer.take()))), qualityOf(observations));
      }),
    );
  });
});
