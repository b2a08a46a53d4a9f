/** Whether a version of a topology may take the place of the one that ran before, from the mildest answer to the gravest. */
export const planVerdicts = ['safe', 'needs-migration', 'needs-new-group'] as const;

/** One of the answers of a plan. */
export type PlanVerdict = (typeof planVerdicts)[number];

/** What a person may order about a node whose change is not safe: begin with empty state, or go on with what is there. */
export type Acceptance = 'reset' | 'keep';

/** A change that is not safe. */
export interface PlanFinding {
  readonly verdict: Exclude<PlanVerdict, 'safe'>;
  /** The stateful node, or the first entry of the sub-topology, that has changed. */
  readonly node: string;
  /** What has changed, a line each. */
  readonly changes: ReadonlyArray<string>;
  /** What follows from it. */
  readonly why: string;
  /** What may be ordered about it. */
  readonly accepts: ReadonlyArray<Acceptance>;
  /** The other ways out, a sentence each. */
  readonly ways: ReadonlyArray<string>;
}
