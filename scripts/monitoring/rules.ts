import { stringify } from 'yaml';
import type { AlertSpec, RuleGroup } from '../../monitoring/alert-spec.ts';
import { ruleGroups, runbookOf } from '../../monitoring/rule-groups.ts';

const alertRule = (alert: AlertSpec) => ({
  alert: alert.name,
  expr: alert.expr,
  ...(alert.for === undefined ? {} : { for: alert.for }),
  labels: { severity: alert.severity },
  annotations: { summary: alert.summary, runbook: runbookOf(alert) },
});

const group = ({ name, records, alerts }: RuleGroup) => ({ name, rules: [...records, ...alerts.map(alertRule)] });

const head = '# Made of monitoring/ by `npm run generate`. docs/operations.md says what each alert means and what to do.\n';

process.stdout.write(head + stringify({ groups: ruleGroups.map(group) }, { lineWidth: 0, singleQuote: true }));
