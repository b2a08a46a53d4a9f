import { fixtureInferences } from '../../fixtures/sound-feedback.ts';
import type { FeedbackEvent } from '../../../schemas/generated/feedback-event.ts';

/** A prediction of a digit and an impression of an item: what feedback of the forms judges. */
export const [prediction, impression] = [fixtureInferences[0]!, fixtureInferences[1]!];

const about = { inference_id: prediction.inference_id };
const shown = { inference_id: impression.inference_id };

type Expected = Partial<FeedbackEvent>;

/** Every form of feedback, as a client sends it, with what the log says of it. */
export const forms: Readonly<Record<string, readonly [body: Readonly<Record<string, unknown>>, event: Expected]>> = {
  'a correction in the words of a product': [
    {
      inference_request_id: prediction.inference_id,
      model_version: 'digits-v1',
      feedback_type: 'explicit_correction',
      feedback_value: { corrected_text: '1' },
      user_context: { session_id: 's-1', user_tier: 'pro', segments: ['beta'], locale: 'de-CH' },
    },
    {
      feedback_type: 'EXPLICIT_CORRECTION',
      key: 'correction',
      value_kind: 'CORRECTION',
      correction: { content: '1', edit_distance: null },
      model_version: 'digits-v1',
      user_context: { session_id: 's-1', user_tier: 'pro', segments: ['beta'], locale: 'de-CH' },
    },
  ],
  'a bare correction': [
    { ...about, model_version: 'digits-v1', feedback_type: 'correction', value: '4' },
    { feedback_type: 'EXPLICIT_CORRECTION', correction: { content: '4', edit_distance: null }, source: 'END_USER' },
  ],
  'a correction with its distance': [
    { ...about, feedback_type: 'correction', value: { corrected_text: '1', edit_distance: 1 } },
    { correction: { content: '1', edit_distance: 1 } },
  ],
  'a bare rating': [
    { ...about, model_version: 'digits-v1', rating: 4 },
    { feedback_type: 'RATING', key: 'stars', value_kind: 'NUMBER', number: { v: 4, min: null, max: null } },
  ],
  'a rating by name': [{ ...about, feedback_type: 'rating', rating: 2 }, { number: { v: 2, min: null, max: null } }],
  'a rating with its scale': [
    { ...about, feedback_type: 'rating', value: { score: 3, min: 1, max: 5 } },
    { number: { v: 3, min: 1, max: 5 } },
  ],
  'a thumb': [
    { ...about, feedback_type: 'rating', feedback_value: false },
    { key: 'thumbs', value_kind: 'BOOL', bool: { v: false } },
  ],
  'a preference for another output': [
    { ...about, feedback_type: 'preference_pair', feedback_value: { preferred_output_id: 'A' } },
    {
      feedback_type: 'PREFERENCE_PAIR',
      key: 'preference',
      preference: { chosen_id: 'A', rejected_ids: [prediction.inference_id], strength: null, tie: false },
    },
  ],
  'a preference among several': [
    {
      ...about,
      feedback_type: 'preference_pair',
      value: { preferred_output_id: prediction.inference_id, rejected_output_ids: ['B', 'C'], strength: 0.7 },
    },
    { preference: { chosen_id: prediction.inference_id, rejected_ids: ['B', 'C'], strength: 0.7, tie: false } },
  ],
  'a ranking': [
    { ...about, feedback_type: 'preference_pair', value: { ranking: ['B', prediction.inference_id] } },
    { key: 'ranking', value_kind: 'RANKING', ranking: { items: ['B', prediction.inference_id] } },
  ],
  'a label': [
    {
      ...about,
      feedback_type: 'label',
      value: { label: '7', score: 0.9 },
      source: 'human',
      submitter: { kind: 'annotator', role: 'expert' },
    },
    { label: { v: '7', score: 0.9 }, source: 'HUMAN', submitter: { id_hash: null, kind: 'ANNOTATOR', role: 'expert' } },
  ],
  'a bare label': [{ ...about, feedback_type: 'label', value: '7' }, { label: { v: '7', score: null } }],
  'a comment': [
    { ...about, feedback_type: 'comment', value: 'well read', rationale: 'it is a seven', tags: ['nice'] },
    { feedback_type: 'COMMENT', text: { content: 'well read' }, rationale: 'it is a seven', tags: ['nice'] },
  ],
  'a comment as an object': [{ ...about, feedback_type: 'comment', value: { text: 'so-so' } }, { text: { content: 'so-so' } }],
  'a click': [
    { ...shown, feedback_type: 'implicit_click' },
    { feedback_type: 'IMPLICIT_CLICK', key: 'click', source: 'IMPLICIT', implicit: { signal: 'CLICK', v: 1, dwell_ms: null } },
  ],
  'a click with its dwell': [
    { ...shown, feedback_type: 'implicit_click', value: { value: 0.5, dwell_ms: 900 } },
    { implicit: { signal: 'CLICK', v: 0.5, dwell_ms: 900 } },
  ],
  'an impression that was left': [
    { ...shown, feedback_type: 'implicit', value: { signal: 'abandon', value: 0 } },
    { feedback_type: 'IMPLICIT', key: 'click', implicit: { signal: 'ABANDON', v: 0, dwell_ms: null } },
  ],
  'something observed under a signal of its own': [
    { ...shown, feedback_type: 'implicit', key: 'click', value: { signal: 'dwell', dwell_ms: 1_200 } },
    { implicit: { signal: 'DWELL', v: null, dwell_ms: 1_200 } },
  ],
};

/** An inference that needs no more than it must have, and one with all that it may. */
export const inferences: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  least: { model_name: 'digits', model_version: 'digits-v1' },
  most: {
    inference_id: '7d444840-9dc0-11d1-b245-5ffdce74fad2',
    trace_id: 'a'.repeat(32),
    span_id: 'b'.repeat(16),
    session_id: 's',
    episode_id: 'e',
    external_keys: { crm: '42' },
    model_name: 'chat',
    model_version: 'v4.2',
    variant: 'a',
    deployment: 'eu-1',
    config_hash: 'c0ffee',
    operation: 'chat',
    input: { messages: [{ role: 'user', content: 'hello' }], features: [1, 2.5], attributes: { market: 'ch' } },
    params: { temperature: 0.2, stream: true, stop: 'END' },
    candidates: [
      { output: 'hi', score: 0.9, logits: [1, 2], position: 1, propensity: 0.5 },
      { candidate_id: 'b', output: 'hey' },
    ],
    chosen: 1,
    attributions: { market: 0.3 },
    embedding: [0.5, 0.25],
    finish_reason: 'stop',
    usage: { input_tokens: 3, output_tokens: 1 },
    latency_ms: 12.5,
    error: 'cut short',
    status: 'ok',
    payload_ref: { uri: 's3://bodies/1', sha256: 'd'.repeat(64) },
  },
};
