import type { AlertPolicy, AlertReading, Notice } from '../../../operators/alert/policy.ts';
import type { Severity, Thresholds } from '../../../operators/alert/severity.ts';
import { versioned } from '../../../pipeline/core/key.ts';
import { hours } from '../../../pipeline/core/time.ts';
import { qualityAlert, type AlertSeverity, type QualityAlert } from '../../../schemas/generated/quality-alert.ts';
import type { WindowAggregate } from '../../../schemas/generated/window-aggregate.ts';
import { derivedId } from '../derived-id.ts';
import { micros } from '../micros.ts';

/** The namespace of the ids of alerts; it never changes. */
const namespace = '6b1c8a52-0d5f-4f0e-9a63-5e0f9f5f7d24';

const severities: Readonly<Record<Severity, AlertSeverity>> = { ok: 'OK', warning: 'WARNING', alert: 'ALERT', 'no-data': 'NO_DATA' };
const causes = { changed: 'CHANGED', reminder: 'REMINDER', forgotten: 'FORGOTTEN' } as const;

/** Rows over all signals and segments alone: the others are parts of them. Coverage is a share of the inferences, and counts these. */
const readingOf = (row: WindowAggregate): AlertReading | undefined => {
  if (row.key !== null || row.segment !== null) return undefined;
  const start = row.window_start / 1000;
  if (row.metric !== 'coverage') return row.mean === null ? undefined : { signal: row.metric, start, value: row.mean, n: row.n };
  if (row.inference_count === 0) return undefined;
  return { signal: 'coverage', start, value: row.n / row.inference_count, n: row.inference_count };
};

/** A notice as the record that goes to `model.alerts`. */
export const alertOf = (notice: Notice): QualityAlert => ({
  tenant: notice.labels.tenant ?? '',
  event_id: derivedId(namespace, notice.id),
  schema_version: 1,
  traceparent: null,
  policy: notice.policy,
  model_name: notice.labels.model_name ?? '',
  model_version: notice.labels.model_version ?? '',
  signal: notice.signal,
  severity: severities[notice.severity],
  previous: severities[notice.previous],
  cause: causes[notice.cause],
  since: micros(notice.since),
  told_at: micros(notice.at),
  value: notice.value,
  n: notice.n,
  window_start: micros(notice.start),
});

/** What is watched unless a topology says otherwise. The thresholds are a beginning: what is good enough is known by whoever owns the model. */
export const defaultSignals: Readonly<Record<string, Thresholds>> = {
  accuracy: { better: 'higher', warning: 0.8, alert: 0.7, minSamples: 50 },
  satisfaction: { better: 'higher', warning: 0.6, alert: 0.4, minSamples: 50 },
  coverage: { better: 'higher', warning: 0.02, alert: 0.005, minSamples: 1000 },
};

type Subject = 'tenant' | 'model_name' | 'model_version';

/** Watches the rows of `model.quality`, version by version. Without coverage the others say little, and are not told. */
export const qualityAlerts = (signals = defaultSignals): AlertPolicy<WindowAggregate, QualityAlert, Subject> => ({
  name: 'quality',
  subject: ['tenant', 'model_name', 'model_version'],
  reading: versioned('quality-rows/1', readingOf),
  signals,
  noDataAfter: hours(2),
  renotifyEvery: hours(4),
  forgetAfter: hours(48),
  inhibits: Object.hasOwn(signals, 'coverage')
    ? [{ source: 'coverage', targets: Object.keys(signals).filter((name) => name !== 'coverage') }]
    : [],
  notice: versioned('1', alertOf),
  output: qualityAlert,
});
