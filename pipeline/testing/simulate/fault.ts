/** The steps of a commit at which something can go wrong; `publish` makes the committed state visible in the stores. */
export const commitSteps = ['begin', 'produce', 'sendOffsets', 'commit', 'publish'] as const;

/** A step of a commit. */
export type CommitStep = (typeof commitSteps)[number];

/** How the cluster may answer a step that it refuses, or whose answer is lost. */
export const answers = ['transaction_aborted', 'cluster_unavailable', 'transaction_expired', 'fenced'] as const;

/** Those that leave open whether the step was done. */
export const lostAnswers = ['cluster_unavailable', 'transaction_expired', 'fenced'] as const;

/** The code of an answer. */
export type Answer = (typeof answers)[number];

interface AtTime {
  /** ms from the beginning of the run. */
  readonly at: number;
}

/** Which of the processes that run is meant: a number from 0 up to 1, so that it means somebody however many there are. */
interface OfProcess extends AtTime {
  readonly who: number;
}

/** Strikes at the first such step that any process takes from `at` on. */
interface AtStep extends AtTime {
  readonly step: CommitStep;
  readonly when: 'before' | 'after';
}

/** Something that goes wrong in a run, as data. Every duration in ms. */
export type Fault =
  /** The process dies and is started again. */
  | (AtStep & { readonly kind: 'crash'; readonly down: number })
  /** The step is refused (`before`), or done although it is answered so (`after`). */
  | (AtStep & { readonly kind: 'answer'; readonly code: Answer })
  /** The step takes so long; the group may have given up on the process meanwhile. */
  | (AtStep & { readonly kind: 'stall'; readonly for: number; readonly expires: boolean })
  /** The group begins a new epoch. */
  | (AtTime & { readonly kind: 'rebalance' })
  /** The group gives up on a process that lives. */
  | (OfProcess & { readonly kind: 'expire' })
  /** A process is stopped in order and started again. */
  | (OfProcess & { readonly kind: 'restart'; readonly down: number })
  /** One more process joins. */
  | (AtTime & { readonly kind: 'join' })
  /** Another process is started under the transactional id of one that lives on. */
  | (OfProcess & { readonly kind: 'twin' })
  /** Every operation of the cluster takes `by` ms. */
  | (AtTime & { readonly kind: 'slow'; readonly for: number; readonly by: number })
  /** Readers see what is committed `by` ms later than its offsets are. */
  | (AtTime & { readonly kind: 'late-markers'; readonly for: number; readonly by: number })
  /** Lookups take `by` ms. */
  | (AtTime & { readonly kind: 'slow-lookups'; readonly for: number; readonly by: number })
  /** The edge sends a message again. */
  | (AtTime & { readonly kind: 'repeat'; readonly message: number });

const told: { readonly [K in Fault['kind']]: (fault: Extract<Fault, { readonly kind: K }>) => string } = {
  crash: ({ when, step, down }) => `crash ${when} ${step}, back after ${down} ms`,
  answer: ({ when, step, code }) => (when === 'before' ? `${step} refused: ${code}` : `${step} done, but answered ${code}`),
  stall: ({ when, step, for: ms, expires }) => `${ms} ms ${when} ${step}${expires ? ', in which its membership expires' : ''}`,
  rebalance: () => 'rebalance',
  expire: () => 'a member expires',
  restart: ({ down }) => `a process is stopped, back after ${down} ms`,
  join: () => 'a process joins',
  twin: () => 'a second process under the same slot',
  slow: ({ for: ms, by }) => `the cluster takes ${by} ms an operation for ${ms} ms`,
  'late-markers': ({ for: ms, by }) => `what is committed is seen ${by} ms later than its offsets for ${ms} ms`,
  'slow-lookups': ({ for: ms, by }) => `lookups take ${by} ms for ${ms} ms`,
  repeat: ({ message }) => `message ${message} is sent again`,
};

/** A fault in words. */
export const faultText = <F extends Fault>(fault: F): string => {
  const tell: (fault: never) => string = told[fault.kind];
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions -- the table has a function for each kind; the compiler cannot follow the index.
  return tell(fault as never);
};
