/** How pauses grow, in ms. */
export interface BackOffLimits {
  /** The pause after the first failure; it doubles with each. */
  readonly firstMs: number;
  /** The longest pause. */
  readonly mostMs: number;
}

/** The pause, in ms and before any jitter, that is due after one failure and so many more (0: the first). Exponential, with a cap. */
export const backOff = ({ firstMs, mostMs }: BackOffLimits, more: number): number => Math.min(mostMs, firstMs * 2 ** Math.min(more, 30));
