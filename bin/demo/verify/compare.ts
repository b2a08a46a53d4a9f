/** One place where two results differ. `undefined` stands for nothing there. */
export interface Difference {
  /** Names from the outside in, joined with ` → `. */
  readonly path: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

const isBranch = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

/** Quotients may be rounded once on either side; counts and sums of the run are exact, and smaller than what this lets through. */
const tolerance = 1e-12;

const isSame = (expected: unknown, actual: unknown): boolean => {
  if (typeof expected !== 'number' || typeof actual !== 'number') return Object.is(expected, actual);
  return Object.is(expected, actual) || Math.abs(expected - actual) <= tolerance * Math.abs(expected);
};

const walk = (trail: ReadonlyArray<string>, expected: unknown, actual: unknown): ReadonlyArray<Difference> => {
  if (!isBranch(expected) || !isBranch(actual)) {
    return isSame(expected, actual) ? [] : [{ path: trail.join(' → '), expected, actual }];
  }
  const names = new Set([...Object.keys(expected), ...Object.keys(actual)]);
  return [...names].flatMap((name) => walk([...trail, name], expected[name], actual[name]));
};

/**
 * Lists every place where two plain values differ: a name that one side lacks, a text or number that is another. Numbers agree within one part in
 * 10¹². Empty when all is as it should be.
 */
export const compare = (actual: unknown, expected: unknown): ReadonlyArray<Difference> => walk([], expected, actual);
