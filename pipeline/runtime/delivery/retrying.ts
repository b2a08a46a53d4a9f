import { backOff } from '../../core/back-off.ts';
import { MillraceError, messageOf } from '../../core/errors.ts';
import type { Clock } from '../../core/ports/clock.ts';
import { RetryLater } from '../../core/retry-later.ts';
import type { RetryLimits } from './delivery-options.ts';

/** A failure that is about to be tried again, after `waitMs`. */
export interface Retry {
  readonly error: MillraceError;
  /** How many attempts have failed. */
  readonly attempt: number;
  readonly waitMs: number;
}

/** What goes with one thing that is tried until it succeeds. */
export interface RetryContext {
  readonly clock: Clock;
  readonly random: () => number;
  readonly limits: RetryLimits;
  /** Once aborted there is no further attempt; the running one may finish. */
  readonly enough: AbortSignal;
  /** Once aborted the running attempt is called off, too. */
  readonly cut: AbortSignal;
  /** Told before each back-off. */
  readonly onRetry: (retry: Retry) => void;
}

type Attempt<R> = (signal: AbortSignal) => Promise<R>;

/**
 * Runs `attempt` until it succeeds, with exponential back-off and full jitter in between, on top of what the other side asks for.
 *
 * Throws what cannot be tried again at once, and what can when there have been enough attempts. Each has a signal that is aborted at
 * its deadline; an attempt that does not heed it is waited for all the same.
 */
export const retrying = async <R>(attempt: Attempt<R>, context: RetryContext): Promise<R> => {
  const { clock, random, limits, enough, onRetry } = context;
  const isEnough = (): boolean => enough.aborted;
  for (let failures = 0; ; failures += 1) {
    try {
      return await withDeadline(attempt, context);
    } catch (error) {
      if (!(error instanceof MillraceError && error.retryable) || isEnough()) throw error;
      const waitMs = atLeast(error) + random() * backOff(limits, failures);
      onRetry({ error, attempt: failures + 1, waitMs });
      await clock.sleep(waitMs, enough);
      if (isEnough()) throw error;
    }
  }
};

/** What the other side asks for comes before the jitter, so that those who were told the same do not all come at once. */
const atLeast = (error: MillraceError): number => (error instanceof RetryLater ? error.afterMs : 0);

const withDeadline = async <R>(attempt: Attempt<R>, { clock, limits, cut }: RetryContext): Promise<R> => {
  const call = new AbortController();
  const done = new AbortController();
  const stop = (): void => call.abort(cut.reason);
  cut.addEventListener('abort', stop, { once: true });
  if (cut.aborted) stop();
  void clock.sleep(limits.attemptMs, done.signal).then(() => {
    if (!done.signal.aborted) call.abort(new Error(`no answer within ${limits.attemptMs} ms`));
  });
  try {
    return await attempt(call.signal);
  } catch (error) {
    throw call.signal.aborted && !(error instanceof MillraceError) ? calledOff(error) : error;
  } finally {
    done.abort();
    cut.removeEventListener('abort', stop);
  }
};

/** Whatever a client throws when it is called off: the attempt may have taken effect or not, so it is tried again. */
const calledOff = (error: unknown): MillraceError => new MillraceError('table_unavailable', `called off: ${messageOf(error)}`, error);
