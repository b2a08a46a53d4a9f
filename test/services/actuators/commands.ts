import type { ModelCommand } from '../../../schemas/generated/model-command.ts';

const side = { model_version: '2', n: 400, sum: 200, sum_sq: 200, mean: 0.5, windows: 4 };

/** When `commandOf` decides, ms since the epoch. */
export const decidedAt = Date.UTC(2026, 0, 5);

/** The order to go back from version 2 to version 1 of the model "digits". */
export const commandOf = (more: Partial<ModelCommand> = {}): ModelCommand => ({
  tenant: 'acme',
  event_id: '0b3e1c2a-6a1f-5a3b-9d6e-3f1f3a0c9b11',
  schema_version: 1,
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  command_id: '0b3e1c2a-6a1f-5a3b-9d6e-3f1f3a0c9b11',
  kind: 'ROLLBACK',
  mode: 'ENFORCE',
  policy: 'accuracy-regression',
  policy_version: '1',
  model_name: 'digits',
  from_version: '2',
  to_version: '1',
  reason: 'worse',
  decided_at: decidedAt * 1000,
  evidence: {
    rule: 'sequentialVsBaseline',
    metric: 'accuracy',
    threshold: 0,
    effect: -0.2,
    interval_low: null,
    interval_high: -0.1,
    alpha: 0.05,
    min_samples: 200,
    consecutive: 2,
    candidate: side,
    baseline: { ...side, model_version: '1', mean: 0.7 },
    distinct_submitters: 25,
    span_start: decidedAt * 1000,
    span_end: decidedAt * 1000,
    inputs: [{ topic: 'feedback.received', partition: 0, from_offset: 0, to_offset: 99 }],
    fingerprint: 'f',
    query: 'SELECT 1',
  },
  ...more,
});
