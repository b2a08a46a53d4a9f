import type { AlertSpec, RuleGroup } from './alert-spec.ts';
import { actuatorAlerts } from './alerts/actuators.ts';
import { budgetAlerts, budgetRecords } from './alerts/budgets.ts';
import { outcomeAlerts } from './alerts/outcomes.ts';
import { lagRecords, processingAlerts } from './alerts/processing.ts';

/** Every rule of Prometheus: the source of docker/prometheus/rules.yml and of the alerts in docs/operations.md. */
export const ruleGroups: ReadonlyArray<RuleGroup> = [
  { name: 'millrace', records: lagRecords, alerts: [...processingAlerts, ...outcomeAlerts, ...actuatorAlerts] },
  { name: 'millrace-budgets', records: budgetRecords, alerts: budgetAlerts },
];

/** Every alert, in the order of the runbook. */
export const alertTable: ReadonlyArray<AlertSpec> = ruleGroups.flatMap(({ alerts }) => alerts);

/** Where the runbook says what to do about an alert. */
export const runbookOf = ({ name }: AlertSpec): string => `docs/operations.md#${name.toLowerCase()}`;
