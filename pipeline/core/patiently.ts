import { backOff, type BackOffLimits } from './back-off.ts';
import { MillraceError } from './errors.ts';
import type { Clock } from './ports/clock.ts';

/** How long something is tried again, in ms. */
export interface PatienceLimits extends BackOffLimits {
  /** No attempt begins later than this after the first one. */
  readonly budgetMs: number;
}

/** What goes with the attempts. */
export interface Patience {
  readonly clock: Clock;
  readonly limits: PatienceLimits;
  /** Whether what was thrown may pass; whether it is a `MillraceError` that is retryable, if left out. */
  readonly isWorthIt?: ((thrown: unknown) => boolean) | undefined;
  /** Told before each pause. */
  readonly onRetry?: ((thrown: unknown, waitMs: number) => void) | undefined;
  /** Whether nobody waits for the result any more: then there is no further attempt. */
  readonly isOver?: (() => boolean) | undefined;
}

/** A share from 0 up to 1 that differs between processes and moments: what the clock says below a microsecond. 0 in virtual time. */
const shareOf = (clock: Clock): number => (clock.monotonic() * 1_000) % 1;

/** How long to wait after so many failures: between half of the pause that is due and all of it, so that processes do not come all at once. */
const pauseAfter = (failures: number, { clock, limits }: Patience): number => backOff(limits, failures) * (0.5 + shareOf(clock) / 2);

const isRetryable = (thrown: unknown): boolean => thrown instanceof MillraceError && thrown.retryable;

/**
 * Runs `attempt` again, with exponential back-off and jitter in between, as long as it throws what can be tried again and the budget lasts.
 * Throws the last error then, and what cannot be tried again at once. An attempt is never called off.
 */
export const patiently = async <R>(attempt: () => Promise<R>, patience: Patience): Promise<R> => {
  const { clock, limits, isWorthIt = isRetryable, onRetry, isOver = () => false } = patience;
  const end = clock.monotonic() + limits.budgetMs;
  const isWaitedFor = (error: unknown, waitMs: number): boolean => !isOver() && clock.monotonic() + waitMs <= end && isWorthIt(error);
  for (let failures = 0; ; failures += 1) {
    try {
      return await attempt();
    } catch (error) {
      const waitMs = pauseAfter(failures, patience);
      if (!isWaitedFor(error, waitMs)) throw error;
      onRetry?.(error, waitMs);
      await clock.sleep(waitMs);
      if (isOver()) throw error;
    }
  }
};
