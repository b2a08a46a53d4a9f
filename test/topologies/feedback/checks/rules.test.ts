import assert from 'node:assert/strict';
import { validate } from '../../../../operators/validate.ts';
import { chunkOf, recordOf } from '../../../../pipeline/testing/records.ts';
import { runOperator } from '../../../../pipeline/testing/run-operator.ts';
import type { FeedbackEvent } from '../../../../schemas/generated/feedback-event.ts';
import type { ReferenceSignal } from '../../../../schemas/generated/reference-signal.ts';
import { attributedRules } from '../../../../topologies/feedback/checks/attributed-rules.ts';
import type { CheckedFeedback } from '../../../../topologies/feedback/checks/checked-feedback.ts';
import { feedbackRules } from '../../../../topologies/feedback/checks/feedback-rules.ts';
import { malformed } from '../../../fixtures/malformed.ts';
import { barelySound, fixtureBlocks, fixtureInferences, fixtureSignals, soundFeedback } from '../../../fixtures/sound-feedback.ts';
import { attributed } from '../../../../topologies/feedback/attribution/attributed.ts';
import { carryOf } from '../../../../topologies/feedback/attribution/carry-of.ts';
import { inferenceOf } from '../samples.ts';

const rankings = fixtureSignals
  .filter(({ key }) => key === 'preference')
  .map((signal): ReferenceSignal => ({ ...signal, key: 'ranking', value_kind: 'RANKING' }));
const signals = [...fixtureSignals, ...rankings];

const checked = (event: FeedbackEvent): CheckedFeedback => ({
  event,
  signal: signals.find(({ tenant, key }) => tenant === event.tenant && key === event.key),
  block: fixtureBlocks.find((block) => block.tenant === event.tenant && block.submitter_id_hash === event.submitter.id_hash),
});

/** The code under which `validate` refuses feedback; undefined if it takes it. */
const refusal = (event: FeedbackEvent): string | undefined => {
  const run = runOperator(validate('validate', feedbackRules));
  run.feed(chunkOf([recordOf(checked(event))]));
  return run.rejects[0]?.rule;
};

/** The code under which `verify` refuses feedback that met its inference. */
const doubted = (event: FeedbackEvent): string | undefined => {
  const run = runOperator(validate('verify', attributedRules));
  run.feed(chunkOf([recordOf(attributed(event, carryOf(inferenceOf(event)), 'MATCHED'))]));
  return run.rejects[0]?.rule;
};

const { LABEL, RATING, IMPLICIT, IMPLICIT_CLICK, PREFERENCE_PAIR, COMMENT } = soundFeedback;

const stars = (v: number): FeedbackEvent => ({
  ...RATING,
  key: 'stars',
  value_kind: 'NUMBER',
  bool: null,
  number: { v, min: null, max: null },
});

const ranked = (items: ReadonlyArray<string>): FeedbackEvent => ({
  ...PREFERENCE_PAIR,
  key: 'ranking',
  value_kind: 'RANKING',
  preference: null,
  ranking: { items },
});

const target = PREFERENCE_PAIR.target.id;

const x = (length: number): string => 'x'.repeat(length);

/** Pairs at each bound: what just passes, and what does not any more. */
const bounds: ReadonlyArray<readonly [code: string, passes: FeedbackEvent, breaks: FeedbackEvent]> = [
  ['text_too_long', { ...COMMENT, text: { content: x(10_000) } }, { ...COMMENT, text: { content: x(10_001) } }],
  ['text_too_long', { ...COMMENT, rationale: x(10_000) }, { ...COMMENT, rationale: x(10_001) }],
  ['text_too_long', { ...COMMENT, text: { content: x(10_000) } }, { ...LABEL, label: { v: x(257), score: null } }],
  ['label_not_allowed', LABEL, { ...LABEL, label: { v: x(256), score: null } }],
  ['value_out_of_range', stars(1), stars(0.999)],
  ['value_out_of_range', stars(5), stars(5.001)],
  ['value_out_of_range', { ...LABEL, label: { v: '7', score: 1 } }, { ...LABEL, label: { v: '7', score: 1.001 } }],
  [
    'value_out_of_range',
    { ...IMPLICIT, implicit: { signal: 'DWELL', v: 0, dwell_ms: 0 } },
    { ...IMPLICIT, implicit: { signal: 'DWELL', v: 0, dwell_ms: -1 } },
  ],
  ['preference_incoherent', ranked([target, 'b']), ranked([target])],
  ['preference_incoherent', ranked(['b', target]), ranked(['b', 'c'])],
  ['preference_incoherent', ranked(['b', target]), ranked(['b', target, 'b'])],
  ['preference_incoherent', ranked(['b', target]), ranked(['', target])],
  ['kind_not_allowed', IMPLICIT_CLICK, { ...IMPLICIT_CLICK, implicit: { signal: 'COPY', v: 1, dwell_ms: null } }],
];

describe('the checks of feedback', () => {
  for (const { name, code, value } of malformed.filter(({ node }) => node === 'validate')) {
    it(`refuse ${name} as ${code}`, () => {
      assert.equal(refusal(value), code);
    });
  }

  for (const [name, event] of [...Object.entries(soundFeedback), ...Object.entries(barelySound)]) {
    it(`take ${name}`, () => {
      assert.equal(refusal(event), undefined);
    });
  }

  it('take a retraction that says nothing but what it takes back, and an amendment only if its value is sound', () => {
    const retraction: FeedbackEvent = { ...LABEL, op: 'RETRACT', feedback_type: 'UNKNOWN', key: '', value_kind: 'UNKNOWN', label: null };
    assert.equal(refusal(retraction), undefined);
    assert.equal(refusal({ ...retraction, feedback_id: '42' }), 'bad_feedback_id');
    assert.equal(refusal({ ...retraction, target: { ...retraction.target, kind: 'SESSION' } }), 'target_kind_unsupported');
    assert.equal(refusal({ ...LABEL, op: 'AMEND' }), undefined);
    assert.equal(refusal({ ...LABEL, op: 'AMEND', label: null }), 'value_kind_mismatch');
  });

  for (const [index, [code, passes, breaks]] of bounds.entries()) {
    it(`draw the line of ${code} where the rules do (${String(index + 1)})`, () => {
      assert.equal(refusal(passes), undefined);
      assert.equal(refusal(breaks), code);
    });
  }

  it('refuse a number that is not finite although its signal has no bounds', () => {
    const boundless = fixtureSignals.filter(({ key }) => key === 'click').map((signal) => ({ ...signal, min: null, max: null }));
    const [signal] = boundless;
    const run = runOperator(validate('validate', feedbackRules));
    const worth = (v: number): CheckedFeedback => ({
      ...checked({ ...IMPLICIT, implicit: { signal: 'ABANDON', v, dwell_ms: null } }),
      signal,
    });
    run.feed(chunkOf([recordOf(worth(Infinity)), recordOf(worth(-1e300)), recordOf(worth(Number.NaN))]));
    assert.deepEqual(
      run.rejects.map(({ rule }) => rule),
      ['value_out_of_range', 'value_out_of_range'],
    );
    assert.equal(run.values.length, 1);
  });

  it('have a fixture for every code', () => {
    const tested = new Set(malformed.map(({ code }) => code));
    assert.deepEqual(
      [...feedbackRules, ...attributedRules].map(({ code }) => code).filter((code) => !tested.has(code)),
      [],
    );
  });

  it('never repeat what an end user wrote', () => {
    const secret = 'only for your eyes';
    const event = { ...LABEL, label: { v: secret, score: 0.2 }, key: 'label' };
    const run = runOperator(validate('validate', feedbackRules));
    run.feed(chunkOf([recordOf(checked(event))]));
    assert.equal(run.rejects.length, 1);
    assert.ok(!run.rejects[0]?.detail.includes(secret));
  });
});

describe('the checks of attributed feedback', () => {
  for (const { name, code, value } of malformed.filter(({ node }) => node === 'verify')) {
    it(`refuse ${name} as ${code}`, () => {
      assert.equal(doubted(value), code);
    });
  }

  it('take what fits', () => {
    for (const event of [...Object.values(soundFeedback), ...Object.values(barelySound)]) assert.equal(doubted(event), undefined);
  });

  it('take everything for an operation that no rule names', () => {
    const [inference] = fixtureInferences;
    assert.ok(inference !== undefined);
    const run = runOperator(validate('verify', attributedRules));
    const events = Object.values(soundFeedback).map((event) => ({ ...event, model_version: null }));
    run.feed(chunkOf(events.map((event) => recordOf(attributed(event, carryOf({ ...inference, operation: 'chat' }), 'MATCHED')))));
    assert.equal(run.values.length, events.length);
  });
});
