import type { QualityAlert } from '../../schemas/generated/quality-alert.ts';

const words = { UNKNOWN: 'unknown', OK: 'ok', WARNING: 'a warning', ALERT: 'an alert', NO_DATA: 'without data' } as const;

const number = (value: number): string => (Number.isFinite(value) ? String(Number(value.toPrecision(4))) : 'no number');

/** Micros since the epoch as an ISO time to the second. */
export const isoOf = (micros: number): string => new Date(micros / 1000).toISOString();

/** One line for people: what is the matter with which model. */
export const headlineOf = ({ signal, model_name, model_version, severity, cause }: QualityAlert): string => {
  const still = cause === 'REMINDER' ? 'still ' : '';
  const end = cause === 'FORGOTTEN' ? ', and given up: nothing came of it any more' : '';
  return `${signal} of ${model_name} ${model_version} is ${still}${words[severity]}${end}`;
};

/** The numbers behind it, in one line. */
export const detailOf = ({ value, n, window_start, since, previous, tenant, policy }: QualityAlert): string =>
  `${number(value)} over ${n} observations in the window of ${isoOf(window_start)}; so since ${isoOf(since)}, before ${words[previous]}. Tenant ${tenant}, policy ${policy}.`;
