import { policyNumbers } from '../../operators/decide/policy-numbers.ts';
import type { Better, Rule, Verdict } from '../../operators/decide/rule.ts';
import { sequentialVsBaseline } from '../../operators/decide/sequential-vs-baseline.ts';
import { meanOf, noSums, replaced, type Sums } from '../../operators/decide/sums.ts';
import type { ModelCommand } from '../../schemas/generated/model-command.ts';
import type { WindowAggregate } from '../../schemas/generated/window-aggregate.ts';
import { policies } from '../../topologies/feedback/rollback/policies.ts';

/** Both versions as they stood at one look, and what the rule said. Times are ms since the epoch. */
export interface LookBack {
  /** Stream time of the revision that brought the look about. */
  readonly at: number;
  readonly candidate: { readonly n: number; readonly mean: number };
  readonly baseline: { readonly n: number; readonly mean: number };
  readonly verdict: Verdict;
  readonly effect: number;
  /** The ends of the interval; undefined of a rule that has none. */
  readonly low: number | undefined;
  readonly high: number | undefined;
}

/** One version's window as it stood at the command. Times are ms since the epoch. */
export interface WindowBack extends Sums {
  readonly version: string;
  readonly start: number;
  readonly revision: number;
}

/** A command's way from the deployment on, as the quality rows tell it again. */
export interface Retraced {
  readonly looks: ReadonlyArray<LookBack>;
  readonly windows: ReadonlyArray<WindowBack>;
  /** Whether the rows come to the very numbers that the command names. */
  readonly agrees: boolean;
}

/** What a command was judged by, as far as it can be known. */
export interface KnownTerms {
  readonly rule: Rule;
  readonly better: Better;
  readonly lookEvery: number;
}

/** The terms of a shipped policy of that name and version; of any other the rule by default, at the α of the evidence. */
export const termsOf = ({ policy, policy_version, evidence }: ModelCommand): KnownTerms => {
  const shipped = Object.values(policies)
    .map((declared) => declared(() => evidence.fingerprint))
    .find(({ name, version }) => name === policy && version === policy_version);
  const usual = sequentialVsBaseline(evidence.alpha === null ? {} : { alpha: evidence.alpha });
  const better = shipped?.better ?? (evidence.effect < 0 ? 'higher' : 'lower');
  return { rule: shipped?.rule ?? usual, better, lookEvery: policyNumbers(shipped ?? { name: policy }).lookEvery };
};

const sumsOf = ({ n, sum, sum_sq }: Pick<WindowAggregate, 'n' | 'sum' | 'sum_sq'>): Sums => ({ n, sum, sumSq: sum_sq });

const isAs = (seen: Sums, told: ModelCommand['evidence']['candidate'] | null): boolean =>
  told === null || (seen.n === told.n && seen.sum === told.sum && seen.sumSq === told.sum_sq);

/** Takes revisions in, one after the other, as the topology did. */
class Ledger {
  readonly #windows = new Map<string, WindowBack>();
  readonly #sides = new Map<string, Sums>();

  /** Whether the row is news: a later revision than the one that is known. */
  take(row: WindowAggregate): boolean {
    const key = `${row.model_version}|${row.window_start}`;
    const before = this.#windows.get(key);
    if (before !== undefined && row.revision <= before.revision) return false;
    const after = { ...sumsOf(row), version: row.model_version, start: row.window_start / 1000, revision: row.revision };
    this.#windows.set(key, after);
    this.#sides.set(row.model_version, replaced(this.side(row.model_version), before ?? noSums, after));
    return true;
  }

  side(version: string | undefined): Sums {
    return this.#sides.get(version ?? '') ?? noSums;
  }

  windows(): ReadonlyArray<WindowBack> {
    return [...this.#windows.values()].sort((a, b) => a.start - b.start || a.version.localeCompare(b.version));
  }
}

interface Sides {
  readonly candidate: Sums;
  readonly baseline: Sums;
}

const sidesIn = (ledger: Ledger, { candidate, baseline }: ModelCommand['evidence']): Sides => ({
  candidate: ledger.side(candidate.model_version),
  baseline: ledger.side(baseline?.model_version),
});

const isToldBy = ({ candidate, baseline }: Sides, evidence: ModelCommand['evidence']): boolean =>
  isAs(candidate, evidence.candidate) && isAs(baseline, evidence.baseline);

const hasEnough = ({ candidate, baseline }: Sides, { min_samples, baseline: told }: ModelCommand['evidence']): boolean =>
  candidate.n >= min_samples && (told === null || baseline.n >= min_samples);

const lookAt = (at: number, { rule, better }: KnownTerms, sides: Sides): LookBack => {
  const { candidate, baseline } = sides;
  const { verdict, effect, interval } = rule.judge({ better, candidate, baseline });
  return {
    at,
    candidate: { n: candidate.n, mean: meanOf(candidate) },
    baseline: { n: baseline.n, mean: meanOf(baseline) },
    verdict,
    effect,
    low: interval?.low,
    high: interval?.high,
  };
};

/** Whether a row is of the versions, the metric and the time that the command was about. */
const isOf = ({ tenant, model_name, evidence }: ModelCommand): ((row: WindowAggregate) => boolean) => {
  const versions = [evidence.candidate.model_version, evidence.baseline?.model_version];
  return (row) =>
    row.tenant === tenant &&
    row.model_name === model_name &&
    row.metric === evidence.metric &&
    row.window_start >= evidence.span_start &&
    versions.includes(row.model_version);
};

/**
 * Tells again how a command came about, from rows of `model.quality` in the order of the topic: every revision takes the place of the one before it, then there may be a
 * look, as the policy spaces them. It ends at the numbers that the command names. Warm-up, cool-down and submitters are not in the rows, so the first looks may be ones
 * that the policy did not take.
 */
export const retrace = (command: ModelCommand, rows: Iterable<WindowAggregate>): Retraced => {
  const { evidence } = command;
  const terms = termsOf(command);
  const ledger = new Ledger();
  const isMine = isOf(command);
  const looks: LookBack[] = [];
  let next = 0;
  for (const row of rows) {
    if (!isMine(row) || !ledger.take(row)) continue;
    const sides = sidesIn(ledger, evidence);
    const agrees = isToldBy(sides, evidence);
    if (agrees || (hasEnough(sides, evidence) && sides.candidate.n >= next)) {
      looks.push(lookAt(row.stream_time / 1000, terms, sides));
      next = sides.candidate.n + terms.lookEvery;
    }
    if (agrees) return { looks, windows: ledger.windows(), agrees };
  }
  return { looks, windows: ledger.windows(), agrees: false };
};
