import type { Decision, SideEvidence as DecidedSide } from '../../../operators/decide/decision.ts';
import type { CommandKind, CommandMode, Evidence, ModelCommand, SideEvidence } from '../../../schemas/generated/model-command.ts';
import { micros } from '../micros.ts';
import type { QualityWindow } from '../quality/quality-window.ts';
import { inputRanges } from '../quality/quality-rows.ts';
import { evidenceQuery } from './evidence-query.ts';

const kinds: Readonly<Record<Decision<unknown>['kind'], CommandKind>> = { rollback: 'ROLLBACK', pause: 'PAUSE', notify: 'NOTIFY' };

const modes: Readonly<Record<Decision<unknown>['mode'], CommandMode>> = {
  enforce: 'ENFORCE',
  dryRun: 'DRY_RUN',
  onApproval: 'ON_APPROVAL',
};

const sideOf = ({ arm, n, sum, sumSq, mean, windows }: DecidedSide): SideEvidence => ({
  model_version: arm,
  n,
  sum,
  sum_sq: sumSq,
  mean,
  windows,
});

const evidenceOf = (decision: Decision<QualityWindow>, fingerprint: string): Evidence => {
  const { judgement, candidate, baseline, ...evidence } = decision.evidence;
  return {
    rule: evidence.rule,
    metric: evidence.metric,
    threshold: judgement.threshold,
    effect: judgement.effect,
    interval_low: judgement.interval?.low ?? null,
    interval_high: judgement.interval?.high ?? null,
    alpha: judgement.alpha ?? null,
    min_samples: evidence.minSamples,
    consecutive: evidence.breach.failures,
    candidate: sideOf(candidate),
    baseline: baseline === undefined ? null : sideOf(baseline),
    distinct_submitters: evidence.submitters ?? null,
    span_start: micros(evidence.spanStart),
    span_end: micros(evidence.spanEnd),
    inputs: inputRanges(evidence.inputs),
    fingerprint,
    query: evidenceQuery(decision),
  };
};

/** A decision as the order that goes to `model.commands`. `fingerprint` is that of the topology that decides. */
export const commandOf = (decision: Decision<QualityWindow>, fingerprint: string): ModelCommand => ({
  tenant: decision.window.dims.tenant,
  event_id: decision.id,
  schema_version: 1,
  traceparent: null,
  command_id: decision.id,
  kind: kinds[decision.kind],
  mode: modes[decision.mode],
  policy: decision.policy.name,
  policy_version: decision.policy.version,
  model_name: decision.window.dims.model_name,
  from_version: decision.from,
  to_version: decision.to ?? null,
  reason: decision.reason,
  decided_at: micros(decision.at),
  evidence: evidenceOf(decision, fingerprint),
});
