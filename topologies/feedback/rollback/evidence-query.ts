import type { Decision } from '../../../operators/decide/decision.ts';
import type { QualityWindow } from '../quality/quality-window.ts';
import { tables } from '../tables.ts';

const text = (value: string): string => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

const time = (ms: number): string => `fromUnixTimestamp64Milli(${String(ms)})`;

/** A ClickHouse query that lists the windows behind a decision as they stand now; later revisions may have replaced what was judged. */
export const evidenceQuery = ({ window, evidence }: Decision<QualityWindow>): string => {
  const { candidate, baseline, metric, spanStart, spanEnd } = evidence;
  const versions = [candidate.arm, ...(baseline === undefined ? [] : [baseline.arm])].map(text).join(', ');
  const conditions = [
    `tenant = ${text(window.dims.tenant)}`,
    `model_name = ${text(window.dims.model_name)}`,
    `model_version IN (${versions})`,
    `metric = ${text(metric)}`,
    ...(Number.isFinite(spanStart) ? [`window_start >= ${time(spanStart)}`, `window_end <= ${time(spanEnd)}`] : []),
  ];
  return `SELECT * FROM ${tables.modelQuality.name} FINAL WHERE ${conditions.join(' AND ')} ORDER BY window_start, model_version`;
};
