import type { AlertSpec } from '../../monitoring/alert-spec.ts';
import { alertTable } from '../../monitoring/rule-groups.ts';

const lasting = (alert: AlertSpec): string => (alert.for === undefined ? 'at once' : `after ${alert.for}`);

const entry = (alert: AlertSpec): ReadonlyArray<string> => [
  `### ${alert.name}`,
  '',
  `A ${alert.severity}, ${lasting(alert)}.`,
  '',
  `- When: ${alert.when}.`,
  `- It means: ${alert.means}.`,
  `- Do: ${alert.todo}.`,
  '',
];

/** The runbook: each alert with its heading, by which Prometheus' annotations lead here. */
export const runbook = (): string => alertTable.flatMap(entry).join('\n').trimEnd();
