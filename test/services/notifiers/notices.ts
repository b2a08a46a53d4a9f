import type { DeliveryBatch } from '../../../pipeline/core/ports/delivery.ts';
import type { QualityAlert } from '../../../schemas/generated/quality-alert.ts';

/** When it was told, ms. */
export const toldAt = Date.UTC(2026, 2, 1, 9);

/** An alert of the accuracy of a model. */
export const noticeOf = (over: Partial<QualityAlert> = {}): QualityAlert => ({
  tenant: 'acme',
  event_id: 'b4e1b9d2-3c0f-5a43-9d5c-6f1f0c6b5a10',
  schema_version: 1,
  traceparent: null,
  policy: 'quality',
  model_name: 'digits',
  model_version: 'v2',
  signal: 'accuracy',
  severity: 'ALERT',
  previous: 'OK',
  cause: 'CHANGED',
  since: toldAt * 1000,
  told_at: toldAt * 1000,
  value: 0.512345,
  n: 120,
  window_start: (toldAt - 60_000) * 1000,
  ...over,
});

/** Notices as a delivery hands them over. */
export const batchOf = (...notices: ReadonlyArray<QualityAlert>): DeliveryBatch<QualityAlert> => ({
  token: 't',
  topic: 'model.alerts',
  partition: 0,
  from: 10,
  to: 10 + notices.length,
  rows: notices.map((value, nth) => ({ offset: 10 + nth, value })),
});
