/** What a window says of a signal. */
export type Level = 'ok' | 'warning' | 'alert';

/** How a signal stands: as its windows say, or that there are none. */
export type Severity = Level | 'no-data';

/** From which value on a signal is worth a warning or an alert. */
export interface Thresholds {
  /** Whether high values are good (accuracy) or low ones (latency). */
  readonly better: 'higher' | 'lower';
  /** Below it (`better: 'higher'`) or above it there is a warning; none if left out. */
  readonly warning?: number;
  readonly alert: number;
  /** Windows with fewer observations say nothing; 1 if left out. */
  readonly minSamples?: number;
}

const ranks = { ok: 0, warning: 1, alert: 2 } as const satisfies Readonly<Record<Level, number>>;

/** How bad a level is, from 0. */
export const rankOf = (level: Level): number => ranks[level];

/** The level of a value over `n` observations; undefined where these are too few, or the value is no number. */
export const levelOf = (thresholds: Thresholds, value: number, n: number): Level | undefined => {
  const { better, warning, alert, minSamples = 1 } = thresholds;
  if (n < minSamples || Number.isNaN(value)) return undefined;
  const isPast = (limit: number): boolean => (better === 'higher' ? value < limit : value > limit);
  if (isPast(alert)) return 'alert';
  return warning !== undefined && isPast(warning) ? 'warning' : 'ok';
};
