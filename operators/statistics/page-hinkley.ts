/** How a Page-Hinkley test is set, for values that grow with harm. */
export interface PageHinkleyOptions {
  /** δ: how far above its mean a value may lie; 0.005. */
  readonly tolerance: number;
  /** α: how much of the sum is kept from value to value; 0.9999. */
  readonly keep: number;
  /** λ: the sum above which there is an alarm; 50. */
  readonly threshold: number;
}

/** δ .005, α .9999, λ 50. */
export const usualPageHinkley: PageHinkleyOptions = Object.freeze({ tolerance: 0.005, keep: 0.9999, threshold: 50 });

/** What the test remembers: how many values, their mean, and the sum. */
export interface PageHinkleyState {
  readonly n: number;
  readonly mean: number;
  readonly sum: number;
}

/** Nothing seen. */
export const newPageHinkley: PageHinkleyState = Object.freeze({ n: 0, mean: 0, sum: 0 });

/**
 * `count` values of the mean `value`, as one step: x̄ takes them in, then U = max(0, α^count·U + count·(x − x̄ − δ)). An alarm is U > λ. For one value this is
 * the test of Page (Biometrika 41, 1954) in the form of scikit-multiflow's `PageHinkley`; a group is taken as if its values were alike.
 */
export const pageHinkleyStep = (
  { n, mean, sum }: PageHinkleyState,
  { value, count }: { readonly value: number; readonly count: number },
  { tolerance, keep }: PageHinkleyOptions,
): PageHinkleyState => {
  const total = n + count;
  const next = mean + ((value - mean) * count) / total;
  return { n: total, mean: next, sum: Math.max(0, keep ** count * sum + count * (value - next - tolerance)) };
};
