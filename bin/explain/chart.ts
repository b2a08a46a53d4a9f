import type { LookBack } from './retrace.ts';

const height = 15;
const widest = 60;
const widestGap = 5;

/** The looks that have a number, at most `most`, the last one always among them. */
export const thinned = (looks: ReadonlyArray<LookBack>, most: number): ReadonlyArray<LookBack> => {
  const known = looks.filter(({ effect }) => Number.isFinite(effect));
  if (known.length <= most) return known;
  return Array.from({ length: most }, (_, at) => known[Math.round((at * (known.length - 1)) / (most - 1))]).filter(
    (look) => look !== undefined,
  );
};

/** The lowest and the highest value that a picture of the looks shows. */
export const rangeOf = (looks: ReadonlyArray<LookBack>, threshold: number): readonly [low: number, high: number] => {
  const values = [threshold, ...looks.flatMap(({ effect, low, high }) => [effect, low ?? effect, high ?? effect])];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return high > low ? [low, high] : [low - 1, high + 1];
};

const markAt = (row: number, look: LookBack, rowOf: (value: number) => number): string => {
  if (rowOf(look.effect) === row) return '●';
  return row >= rowOf(look.high ?? look.effect) && row <= rowOf(look.low ?? look.effect) ? '│' : ' ';
};

/** The effect (●) and its interval (│) at every look, from left to right, with the threshold as a line: for a terminal. Empty without looks. */
export const chart = (all: ReadonlyArray<LookBack>, threshold: number): string => {
  const looks = thinned(all, widest);
  if (looks.length === 0) return '';
  const [low, high] = rangeOf(looks, threshold);
  const rowOf = (value: number): number => Math.round(((high - value) / (high - low)) * (height - 1));
  const line = rowOf(threshold);
  const gap = ' '.repeat(Math.min(widestGap, Math.floor(widest / looks.length) - 1));
  const rows = Array.from({ length: height }, (_, row) => {
    const value = high - (row * (high - low)) / (height - 1);
    const marks = looks.map((look) => markAt(row, look, rowOf)).join(gap);
    const body = row === line ? marks.replaceAll(' ', '┄') : marks;
    return `${value.toFixed(3).padStart(8)} ┤${body}`.trimEnd();
  });
  const [first, last] = [looks[0]?.candidate.n ?? 0, looks.at(-1)?.candidate.n ?? 0];
  const axis = `${' '.repeat(9)}└${'─'.repeat(looks.length + (looks.length - 1) * gap.length)}`;
  return [...rows, axis, `${' '.repeat(10)}${first} to ${last} observations of the candidate`].join('\n');
};
