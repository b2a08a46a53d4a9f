import { MillraceError } from '../../core/errors.ts';
import type { PlanFinding } from '../../core/plan-finding.ts';

const findingText = ({ node, why, changes, ways }: PlanFinding): string =>
  [`"${node}": ${why}`, ...changes.map((line) => `  - ${line}`), '  ways out:', ...ways.map((line) => `    - ${line}`)].join('\n');

/** Why a version may not start: every finding with what has changed, field by field, and the ways out. */
export const refusal = (topology: string, findings: ReadonlyArray<PlanFinding>): MillraceError => {
  const code = findings.some(({ verdict }) => verdict === 'needs-migration') ? 'state_mismatch' : 'needs_new_group';
  const head = `topology "${topology}" does not go on from the version that ran before it`;
  return new MillraceError(code, [head, ...findings.map(findingText)].join('\n'));
};
