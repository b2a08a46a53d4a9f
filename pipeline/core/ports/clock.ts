/** The wall clock and waiting, as one port, so that everything can run in virtual time. */
export interface Clock {
  /** ms since the epoch, UTC. */
  now(): number;
  /** ms from a fixed point that never jumps; for durations. Has a fraction. */
  monotonic(): number;
  /** Resolves after `ms`, or at once when `signal` is aborted. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
