/** What an answer means for what was posted: it was taken, it never will be, or the same is to be tried again. */
export type Verdict = 'taken' | 'refused' | 'later';

/** Answers in the range of 400 that say nothing about the record: time-outs, overload, and credentials that are not accepted. */
const passing = new Set([401, 407, 408, 425, 429]);

/** What a status means. A redirect is not followed, so the record waits until somebody has corrected the address. */
export const verdictOf = (status: number): Verdict => {
  if (status >= 200 && status < 300) return 'taken';
  return status >= 400 && status < 500 && !passing.has(status) ? 'refused' : 'later';
};

/** The longest wait that a receiver may ask for, ms. */
const longest = 15 * 60_000;

/**
 * How long a `Retry-After` asks to wait, in ms: seconds or a date (RFC 9110, 10.2.3), a quarter of an hour at most; 0 if it is neither.
 * `now`: ms since the epoch.
 */
export const retryAfterMs = (header: string | undefined, now: number): number => {
  if (header === undefined) return 0;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.min(longest, Math.max(0, ms)) : 0;
};
