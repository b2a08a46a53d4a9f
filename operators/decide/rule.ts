import { meanOf, noSums, type Sums } from './sums.ts';

/** What one look says of the candidate: as good as asked, worse than allowed, neither, or numbers that cannot be judged. */
export type Verdict = 'success' | 'failure' | 'inconclusive' | 'error';

/** Which way a metric is good. */
export type Better = 'higher' | 'lower';

/** What a rule judges: the sums of one metric over the same range of time on both sides. */
export interface Look {
  readonly better: Better;
  readonly candidate: Sums;
  /** The sums of the version that the candidate is compared with; undefined where there is none. */
  readonly baseline: Sums | undefined;
  /** The candidate's windows that were observed, in order of time, for a rule that reads a series. */
  readonly series?: ReadonlyArray<Sums>;
}

/** What a rule finds. */
export interface Judgement {
  readonly verdict: Verdict;
  /** In the rule's own terms: a mean, a relative difference, … */
  readonly effect: number;
  /** The bound in the same terms. */
  readonly threshold: number;
  /** By how much the candidate is worse, in the metric's own unit; negative if it is better. */
  readonly harm: number;
  /** The confidence interval of the effect, of rules that have one. */
  readonly interval?: { readonly low: number; readonly high: number };
  /** The error level of the rule over its life, of rules that control one. */
  readonly alpha?: number;
  /** The finding in one sentence without names. */
  readonly reason: string;
}

/**
 * How a version is judged at one look.
 *
 * `judge` is a pure function of both sides' n, Σ and Σ²: it remembers no earlier look, so that a look recomputes from its evidence. It
 * is called only once both sides have the samples that the policy asks for, with sound sums and a baseline if it `needsBaseline`.
 */
export interface Rule {
  /** Its name in the evidence, e.g. `relativeToBaseline`. */
  readonly name: string;
  /** Its parameters, for print and for the evidence. */
  readonly params: Readonly<Record<string, number>>;
  /** Whether it compares; if not, the baseline is only where a rollback leads to. */
  readonly needsBaseline: boolean;
  /**
   * What it can judge. `whole`: only all windows since the deployment, for its error level is one over the whole life. `series`: windows one after
   * the other, so that it asks for a span of last windows. Left out: the sums of any span.
   */
  readonly reads?: 'whole' | 'series';
  /** What follows a breach; left out, a rollback. Of rules that have a run length instead of a lifetime error. */
  readonly onBreach?: 'notify' | 'pause';
  judge(look: Look): Judgement;
}

/** A share as text, e.g. `24.7 %`. */
export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** Both means with their counts, e.g. `a mean of 0.7000 over 300 observations against 0.9500 over 300`. */
export const sentenceOfMeans = ({ candidate, baseline = noSums }: Look): string =>
  `a mean of ${meanOf(candidate).toPrecision(4)} over ${candidate.n} observations against ${meanOf(baseline).toPrecision(4)} over ${baseline.n}`;
