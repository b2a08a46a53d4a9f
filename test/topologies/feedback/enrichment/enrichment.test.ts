import assert from 'node:assert/strict';
import { enrich } from '../../../../operators/enrich.ts';
import { chunkOf, recordOf } from '../../../../pipeline/testing/records.ts';
import { runBroadcast } from '../../../../pipeline/testing/run-operator.ts';
import type { AttributedFeedback } from '../../../../schemas/generated/attributed-feedback.ts';
import type { FeedbackEvent } from '../../../../schemas/generated/feedback-event.ts';
import type { ReferenceSegment } from '../../../../schemas/generated/reference-segment.ts';
import { declaredSignal } from '../../../../topologies/feedback/enrichment/declared-signal.ts';
import { ratingScore } from '../../../../topologies/feedback/enrichment/rating-score.ts';
import { submitterBlock } from '../../../../topologies/feedback/enrichment/submitter-block.ts';
import { submitterSegment } from '../../../../topologies/feedback/enrichment/submitter-segment.ts';
import { fixtureBlocks, fixtureSignals, fixtureStart, soundFeedback } from '../../../fixtures/sound-feedback.ts';
import { attributedSample, threeStars } from '../samples.ts';

const table = { broadcast: 'reference' };
const { LABEL, RATING } = soundFeedback;

const signals = new Map(fixtureSignals.map((signal) => [`${signal.tenant}|${signal.key}`, signal]));
const blocks = new Map(fixtureBlocks.map((block) => [`${block.tenant}|${block.submitter_id_hash}`, block]));

const segmentRow = (segments: ReadonlyArray<string>): ReferenceSegment => ({
  tenant: LABEL.tenant,
  event_id: LABEL.event_id,
  schema_version: 1,
  traceparent: null,
  submitter_id_hash: LABEL.submitter.id_hash ?? '',
  segments,
  version: '4',
  updated_at: fixtureStart,
});

const segmented = (event: FeedbackEvent, rows: ReadonlyMap<string, ReferenceSegment>): AttributedFeedback | undefined => {
  const run = runBroadcast(enrich('segment', table, submitterSegment), rows);
  run.feed(chunkOf([recordOf({ ...attributedSample(event), segment: null })]));
  return run.values[0];
};

describe('the reference data', () => {
  it('tells what is declared of a signal', () => {
    const run = runBroadcast(enrich('signal', table, declaredSignal), signals);
    run.feed(chunkOf([recordOf(LABEL), recordOf({ ...LABEL, key: 'karma' }), recordOf({ ...LABEL, tenant: 'another' })]));
    assert.deepEqual(
      run.values.map(({ signal }) => signal?.key),
      ['label', undefined, undefined],
    );
  });

  it('tells who is blocked, by tenant', () => {
    const run = runBroadcast(enrich('block', table, submitterBlock), blocks);
    const of = (id_hash: string | null, tenant = LABEL.tenant): FeedbackEvent => ({
      ...LABEL,
      tenant,
      submitter: { ...LABEL.submitter, id_hash },
    });
    const events = [
      of(fixtureBlocks[0]?.submitter_id_hash ?? null),
      of('somebody'),
      of(null),
      of(fixtureBlocks[0]?.submitter_id_hash ?? null, 'another'),
    ];
    run.feed(chunkOf(events.map((event) => recordOf({ event, signal: undefined, block: undefined }))));
    assert.deepEqual(
      run.values.map(({ block }) => block !== undefined),
      [true, false, false, false],
    );
  });

  it('tells the first segment of a submitter and which version of it says so', () => {
    const key = `${LABEL.tenant}|${LABEL.submitter.id_hash ?? ''}`;
    const found = segmented(LABEL, new Map([[key, segmentRow(['staff', 'everybody'])]]));
    assert.deepEqual([found?.segment, found?.enrichment.segment], ['staff', { version: '4', status: 'FOUND', value: 'staff' }]);
    const missing = segmented(LABEL, new Map());
    assert.deepEqual([missing?.segment, missing?.enrichment.segment], [null, { version: '', status: 'MISSING', value: null }]);
  });

  it('knows no segment of somebody anonymous', () => {
    const anonymous = { ...LABEL, submitter: { ...LABEL.submitter, id_hash: null } };
    assert.equal(segmented(anonymous, new Map([[`${LABEL.tenant}|`, segmentRow(['nobody'])]]))?.segment, null);
  });

  it('tells the scale of a rating', () => {
    const run = runBroadcast(enrich('score', table, ratingScore), signals);
    const unscored = [threeStars, RATING, LABEL].map((event) => ({ ...attributedSample(event), score: null }));
    run.feed(chunkOf(unscored.map((value) => recordOf(value))));
    assert.deepEqual(
      run.values.map(({ score }) => score),
      [0.5, 1, null],
    );
  });
});
