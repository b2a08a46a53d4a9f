/**
 * The error level of each of `metrics` metrics that are judged together, so that the chance of any false finding stays at `alpha`: α/m, whatever the
 * dependence between them (Bonferroni's inequality).
 */
export const bonferroni = (alpha: number, metrics: number): number => alpha / Math.max(1, metrics);
