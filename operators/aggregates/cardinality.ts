/** σ of Ertl: what registers that nothing has hit tell of. */
const sigma = (share: number): number => {
  if (share === 1) return Infinity;
  let x = share;
  let y = 1;
  let z = share;
  for (let before = -1; z !== before; y *= 2) {
    before = z;
    x *= x;
    z += x * y;
  }
  return z;
};

/** τ of Ertl: what registers that cannot grow any more tell of. */
const tau = (share: number): number => {
  if (share === 0 || share === 1) return 0;
  let x = share;
  let y = 1;
  let z = 1 - share;
  for (let before = -1; z !== before;) {
    before = z;
    x = Math.sqrt(x);
    y *= 0.5;
    z -= (1 - x) ** 2 * y;
  }
  return z / 3;
};

/**
 * The cardinality that a HyperLogLog's registers tell of, good over the whole range without a correction by table.
 *
 * `counts[k]` is the number of registers that hold k. O. Ertl, "New cardinality estimation algorithms for HyperLogLog sketches", 2017,
 * algorithm 6.
 */
export const cardinality = (counts: ReadonlyArray<number>): number => {
  const registers = counts.reduce((sum, n) => sum + n, 0);
  const full = counts.length - 1;
  let z = registers * tau(1 - (counts[full] ?? 0) / registers);
  for (let rank = full - 1; rank >= 1; rank--) z = 0.5 * (z + (counts[rank] ?? 0));
  z += registers * sigma((counts[0] ?? 0) / registers);
  return (registers * registers) / (2 * Math.LN2 * z);
};
