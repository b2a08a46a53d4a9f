import type { OffsetRange } from '../windows/offset-range.ts';
import type { Breach, DecisionMode } from './policy.ts';
import type { Judgement, Rule } from './rule.ts';
import type { Sums } from './sums.ts';

/** One side of a comparison as the evidence holds it. */
export interface SideEvidence extends Sums {
  readonly arm: string;
  /** sum / n; NaN if nothing was observed. */
  readonly mean: number;
  /** Windows that took part. */
  readonly windows: number;
}

/** What a decision stands on; it recomputes from the inputs named. Times are ms since the epoch, UTC. */
export interface Evidence {
  readonly rule: string;
  readonly params: Rule['params'];
  readonly metric: string;
  /** The rule's finding at the look that decided. */
  readonly judgement: Judgement;
  readonly minSamples: number;
  readonly breach: Breach;
  /** Which look of this deployment it was, counted from 1; 0 if none had been taken. */
  readonly look: number;
  readonly candidate: SideEvidence;
  readonly baseline: SideEvidence | undefined;
  /** Submitters behind the candidate; undefined where they are not kept. */
  readonly submitters: number | undefined;
  /** Begin of the first window judged and end of the last. */
  readonly spanStart: number;
  readonly spanEnd: number;
  readonly inputs: ReadonlyArray<OffsetRange>;
}

/**
 * What a policy decides. `W` is the window whose revision brought it about.
 *
 * `rollback` orders the way back to `to`; `pause` says that the policy found a breach but has spent its rollbacks of the day; `notify`
 * says that somebody should look: no data, inconclusive, errors, or a breach with nothing to go back to.
 */
export interface Decision<W> {
  /** The same in every replay; of a rollback UUIDv5 of policy, subject and `from`. */
  readonly id: string;
  readonly kind: 'rollback' | 'pause' | 'notify';
  readonly mode: DecisionMode;
  readonly policy: { readonly name: string; readonly version: string };
  /** The subject's key text, e.g. `acme|digits`. */
  readonly subject: string;
  readonly from: string;
  readonly to: string | undefined;
  /** Stream time of the decision, ms since the epoch. */
  readonly at: number;
  readonly reason: string;
  readonly evidence: Evidence;
  readonly window: W;
}
