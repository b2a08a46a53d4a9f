/** How a CUSUM is set; both in standard deviations of one point. */
export interface CusumOptions {
  /** k, the slack: half of the shift that is to be found; 0.5. */
  readonly slack: number;
  /** h, the decision interval; 5 alarms falsely once in 931 points on one side. */
  readonly interval: number;
}

/**
 * One step of the one-sided CUSUM: C = max(0, C + z − k), where z is a standardised point that grows with harm. An alarm is C > h. Page,
 * "Continuous inspection schemes", Biometrika 41, 1954.
 */
export const cusumStep = (before: number, point: number, slack: number): number => Math.max(0, before + point - slack);
