import type { Effect } from './effect.ts';

/** How a confidence sequence is tuned. */
export interface SequenceOptions {
  /** Error over the whole life, however often one looks; 0.05. */
  readonly alpha: number;
  /** N*: the number of observations of both arms at which the sequence is the narrowest; 5,000. It changes power, never the error. */
  readonly tunedFor: number;
}

/** α .05 and N* 5,000. */
export const usualSequence: SequenceOptions = Object.freeze({ alpha: 0.05, tunedFor: 5000 });

/** ρ² of the normal mixture: (−2 ln α + ln(−2 ln α + 1))/N*, which makes the two-sided sequence narrowest near N*. */
const mixtureOf = ({ alpha, tunedFor }: SequenceOptions): number => {
  const doubled = -2 * Math.log(alpha);
  return (doubled + Math.log(doubled + 1)) / tunedFor;
};

/** √(V·N) · √(2(Nρ² + 1)/(N²ρ²) · `log`), where `log` carries the error level. */
const widthOf = ({ variance, n }: Effect, rho2: number, log: number): number =>
  Math.sqrt(variance * n) * Math.sqrt(((2 * (n * rho2 + 1)) / (n * n * rho2)) * log);

/**
 * Half the width of the two-sided asymptotic confidence sequence: √(V·N) · √(2(Nρ² + 1)/(N²ρ²) · ln(√(Nρ² + 1)/α)).
 *
 * Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas, "Time-uniform central limit theory and asymptotic confidence sequences", Annals of
 * Statistics 52 (6), 2024, Theorem 2.2, in the form that GrowthBook uses for a difference of two arms.
 */
export const sequenceHalfWidth = (effect: Effect, options: SequenceOptions = usualSequence): number => {
  const rho2 = mixtureOf(options);
  return widthOf(effect, rho2, Math.log(Math.sqrt(effect.n * rho2 + 1) / options.alpha));
};

/**
 * The distance of the one-sided bound from the estimate: √(V·N) · √(2(Nρ² + 1)/(N²ρ²) · ln(1 + √(Nρ² + 1)/(2α))).
 *
 * The same work, appendix B ("One-sided asymptotic confidence sequences"): all of the error is spent on one side, so harm is seen
 * earlier than with one end of the two-sided interval.
 */
export const oneSidedWidth = (effect: Effect, options: SequenceOptions = usualSequence): number => {
  const rho2 = mixtureOf(options);
  return widthOf(effect, rho2, Math.log(1 + Math.sqrt(effect.n * rho2 + 1) / (2 * options.alpha)));
};
