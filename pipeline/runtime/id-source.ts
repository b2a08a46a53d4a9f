/** A random number from 0 up to 1, for what need not be repeatable: the jitter of retries, the names of processes. */
export const randomShare = (): number => Math.random();
