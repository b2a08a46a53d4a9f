/** The middle of some numbers. */
export const median = (numbers: ReadonlyArray<number>): number => {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
};

/** The median of the ratios of rounds: what two programs did one after the other is compared, not what they did minutes apart. */
export const ratioOf = (ours: ReadonlyArray<number>, theirs: ReadonlyArray<number>): number =>
  Math.round(median(ours.map((value, round) => value / (theirs[round] ?? Number.NaN))) * 1_000) / 1_000;
