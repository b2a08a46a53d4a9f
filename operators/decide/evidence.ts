import type { Evidence, SideEvidence } from './decision.ts';
import type { Finding, LookContext } from './look.ts';
import { unitedRanges } from '../windows/offset-range.ts';
import { newSide, type Side } from './state.ts';
import { countOf } from './submitters.ts';
import { meanOf } from './sums.ts';

const sideEvidence = (side: Side): SideEvidence => ({
  arm: side.arm,
  n: side.n,
  sum: side.sum,
  sumSq: side.sumSq,
  mean: meanOf(side),
  windows: side.windows,
});

/** Where the numbers of both sides come from; an arm without windows has none. */
const origins = (candidate: Side, baseline: Side): Pick<Evidence, 'spanStart' | 'spanEnd' | 'inputs'> => ({
  spanStart: Math.min(candidate.from, baseline.from),
  spanEnd: Math.max(candidate.until, baseline.until),
  inputs: unitedRanges([candidate.inputs, baseline.inputs]),
});

/** What a finding stands on: the numbers of the look that made it, as they were. */
export const evidenceOf = (
  { judgement }: Finding,
  context: LookContext,
  of: { readonly metric: string; readonly look: number },
): Evidence => {
  const { candidate, baseline, numbers, rule } = context;
  return {
    rule: rule.name,
    params: rule.params,
    metric: of.metric,
    judgement,
    minSamples: numbers.minSamples,
    breach: numbers.breach,
    look: of.look,
    candidate: sideEvidence(candidate),
    baseline: baseline === undefined ? undefined : sideEvidence(baseline),
    submitters: candidate.submitters === undefined ? undefined : countOf(candidate.submitters),
    ...origins(candidate, baseline ?? newSide(candidate.arm)),
  };
};
