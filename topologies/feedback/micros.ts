/** ms as the µs that the schemas' timestamps are in; times that nothing has moved yet (infinite) are 0. */
export const micros = (ms: number): number => (Number.isFinite(ms) ? Math.round(ms * 1000) : 0);
