/** The wall clock to fractions of a millisecond, in ms; it does not jump while the process runs. */
export const wallNow = (): number => performance.timeOrigin + performance.now();
