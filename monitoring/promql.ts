/** The rate a second of a counter over five minutes, summed by labels. `selector` is a metric, with matchers if wanted. */
export const rateBy = (labels: string, selector: string): string => `sum by (${labels}) (rate(${selector}[5m]))`;

/**
 * How often something was counted in the last five minutes, where it was. A counter that has come to be in that time began at nothing, which `increase` alone
 * does not know: without the second part the first event of a process would pass unseen.
 */
export const happened = (labels: string, selector: string): string =>
  `sum by (${labels}) (increase(${selector}[5m])) > 0 or sum by (${labels}) (${selector} unless ${selector} offset 5m) > 0`;

/** A quantile of a histogram over five minutes, by labels. */
export const quantileBy = (quantile: number, labels: string, metric: string): string =>
  `histogram_quantile(${quantile}, sum by (${labels === '' ? 'le' : `${labels}, le`}) (rate(${metric}_bucket[5m])))`;
