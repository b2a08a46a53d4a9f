import type { Effect } from './effect.ts';

/** How the mixture of the alternatives is spread. */
export interface MsprtOptions {
  /** τ: the standard deviation of the effects that are expected, in the unit of the effect. */
  readonly tau: number;
  /** θ₀: the effect under the null hypothesis; 0. */
  readonly nullEffect?: number;
}

/**
 * The likelihood ratio of the mixture sequential probability ratio test with a normal mixture N(θ₀, τ²): with n pairs of per-pair variance V,
 * Λ = √(V/(V + nτ²)) · exp(n²τ²(d − θ₀)²/(2V(V + nτ²))), here with v = V/n, the variance of the estimate, so that the arms need not be of one
 * size: Λ = √(v/(v + τ²)) · exp(τ²(d − θ₀)²/(2v(v + τ²))). Reject once Λ ≥ 1/α, at any look.
 *
 * Johari, Koomen, Pekelis, Walsh, "Always valid inference", Operations Research 70 (3), 2022, equation 9.
 */
export const msprtRatio = ({ estimate, variance }: Effect, { tau, nullEffect = 0 }: MsprtOptions): number => {
  const both = variance + tau * tau;
  return Math.sqrt(variance / both) * Math.exp((tau * tau * (estimate - nullEffect) ** 2) / (2 * variance * both));
};
