import type { Plan } from '../../pipeline/core/plan.ts';
import type { PlanFinding, PlanVerdict } from '../../pipeline/core/plan-finding.ts';

const verdicts: Readonly<Record<PlanVerdict, string>> = {
  safe: 'safe',
  'needs-migration': 'needs migration',
  'needs-new-group': 'needs a new group',
};

const listed = (head: string, lines: ReadonlyArray<string>): ReadonlyArray<string> =>
  lines.length === 0 ? [] : ['', head, ...lines.map((line) => `  - ${line}`)];

const findingLines = ({ verdict, node, why, changes, ways }: PlanFinding): ReadonlyArray<string> => [
  '',
  `${node} ${verdicts[verdict]}: ${why}`,
  ...changes.map((line) => `  - ${line}`),
  '  ways out:',
  ...ways.map((line) => `    - ${line}`),
];

const headOf = ({ topology, verdict, running }: Plan): string =>
  running === undefined
    ? `${topology}: ${verdicts[verdict]}; nothing has run under this name`
    : `${topology}: ${verdicts[verdict]}, compared with revision ${running.revision}, first started ${running.writtenAt}`;

/** A plan for people. */
export const planText = (plan: Plan): string =>
  [
    headOf(plan),
    ...plan.findings.flatMap(findingLines),
    ...listed('Safe changes:', plan.changes),
    ...listed(
      'Not compared, since these functions have no version:',
      plan.notCompared.map(({ node, functions }) => `${node}: ${functions.join(', ')}`),
    ),
    '',
  ].join('\n');
