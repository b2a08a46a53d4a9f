import type { Path, Versioned } from '../../pipeline/core/key.ts';
import type { RecordType } from '../../pipeline/core/record-type.ts';
import type { Decision } from './decision.ts';
import type { OffsetRange } from '../windows/offset-range.ts';
import type { Better, Rule } from './rule.ts';
import type { Submitters } from './submitters.ts';
import type { Sums } from './sums.ts';

/** What a policy reads from one revision of a combined window: the sums of its metric on one arm. A later revision replaces an earlier one. */
export interface WindowReading extends Sums {
  /** The version that the window is of. */
  readonly arm: string;
  /** Begin, inclusive, and end, exclusive: ms since the epoch, UTC, of the time by which both arms are compared. */
  readonly start: number;
  readonly end: number;
  /** Grows with each revision of the window. */
  readonly revision: number;
  /** Whether no further revision comes. Every window must get such a one: until then its sums are kept. */
  readonly final: boolean;
  /** Who is behind the observations; undefined where that is not kept. */
  readonly submitters: Submitters | undefined;
  /** Where the observations came from. */
  readonly inputs: ReadonlyArray<OffsetRange>;
  /** How many inferences of the arm there were, judged or not, for the guard against a wrong ratio of samples; 0 if left out. */
  readonly assigned?: number;
}

/** What a policy reads from an event in the life of a version. */
export interface LifecycleEvent {
  readonly arm: string;
  readonly kind: 'deployed' | 'promoted' | 'retired';
  /** The version that it replaces and may be rolled back to, if the event says so. */
  readonly baseline: string | undefined;
  /** ms since the epoch, UTC. */
  readonly at: number;
  /** The alias that points to the version from this event on, if the event says so. */
  readonly alias?: string;
}

/** What is judged: all windows that end after the candidate's deployment, or of those the last few. */
export type Span = 'sinceDeployed' | { readonly lastWindows: number };

/** A breach: at least `failures` failures among the last `of` looks that were one or the other. */
export interface Breach {
  readonly failures: number;
  readonly of: number;
}

/**
 * Which version a deployed one is compared with, and rolled back to: `named`, the one that its deployment names; `previous`, if it names
 * none the one that was in use before; always the same; or the one that an alias points to when the candidate is deployed.
 */
export type BaselineChoice = 'named' | 'previous' | { readonly pinned: string } | { readonly alias: string };

/** What follows when there is nothing of the candidate while there is of its baseline. */
export type NoDataMode = 'hold' | 'inconclusive' | 'notify';

/**
 * Which share of the inferences of both arms was meant for the candidate, and the p-value below which a look is inconclusive instead of a failure; .001. Arms that get
 * other shares than were meant differ by more than the version.
 */
export interface SampleRatio {
  readonly candidateShare: number;
  readonly p?: number;
}

/** Whether a command is meant to be carried out: never, at once, or when a person has approved it. */
export type DecisionMode = 'dryRun' | 'enforce' | 'onApproval';

/** The numbers of a policy. Times are ms of stream time. */
export interface PolicyNumbers {
  readonly span: Span;
  /** Which version is the baseline: `previous`. */
  readonly baseline: BaselineChoice;
  /** Observations on each side that is judged before there is a look; 200. */
  readonly minSamples: number;
  /** Submitters behind the candidate before there is a look; 20. Say 0 if the windows do not keep them. */
  readonly minSubmitters: number;
  /** Harm in the metric's own unit below which a failure counts as a success; 0. */
  readonly minEffect: number;
  /** 2 failures in a row. */
  readonly breach: Breach;
  /** By how many observations the candidate must have grown between two looks; 50. */
  readonly lookEvery: number;
  /** How long after a deployment nothing is judged; 0. */
  readonly warmup: number;
  /** How long after a command nothing is judged; 1 h. */
  readonly cooldown: number;
  /** Rollbacks of one subject within 24 h, after which the policy pauses and says so; 2. */
  readonly maxRollbacks: number;
  /** After how much of the windows' time with a baseline and no candidate, and what then; 1 h, `hold`. */
  readonly noData: { readonly after: number; readonly mode: NoDataMode };
  /** Inconclusive looks in a row, or looks in error, after which somebody is told; 4. */
  readonly tolerated: number;
  /** The guard against a wrong ratio of samples, for windows that tell what was `assigned`; `off`. */
  readonly sampleRatio: SampleRatio | 'off';
  /** How long the sums of a final window are kept for a deployment that is told late; 25 h. */
  readonly remember: number;
}

/**
 * How one metric of a subject (a model of a tenant, say) is watched: data, and small functions with a version.
 *
 * `W` is a combined window's result, `E` a lifecycle event, `Out` the command that comes of a decision.
 */
export interface DecisionPolicy<W, E, Out, K extends Path<W> = Path<W>> extends Partial<PolicyNumbers> {
  readonly name: string;
  readonly version: string;
  readonly metric: string;
  readonly better: Better;
  /** `sequentialVsBaseline()` if left out. */
  readonly rule?: Rule;
  /** Whether a command is meant to be carried out. It changes nothing else. */
  readonly mode: DecisionMode;
  /** The fields that name the subject in a window and in an event, place by place; both contain their stream's partition key. */
  readonly subject: { readonly ofWindow: ReadonlyArray<K>; readonly ofEvent: ReadonlyArray<Path<E>> };
  /** Reads a window; undefined if it says nothing about the metric. */
  readonly window: Versioned<(value: W) => WindowReading | undefined>;
  /** Reads an event; undefined if it is none that matters. */
  readonly event: Versioned<(value: E) => LifecycleEvent | undefined>;
  /** Makes the output of a decision. Pure: a restart calls it again. */
  readonly command: Versioned<(decision: Decision<W>) => Out>;
  /** How the output is written, if it is to be repartitioned. */
  readonly output?: RecordType<Out>;
}
