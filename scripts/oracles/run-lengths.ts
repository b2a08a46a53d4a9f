import { bernoulliRunLength, cusumRunLength } from '../../operators/statistics/run-length.ts';
import { printed, type Oracle } from './oracle.ts';

const shifts = [0, 0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 4];

/**
 * Lucas and Crosier, Technometrics 24, 1982, table 1, as the NIST handbook prints it. For h 5 and .75 σ the handbook has 17.1, which was rounded
 * twice: the value is 17.048, by the Markov chain and by Gauss-Legendre quadrature of Page's integral equation alike, and 17.05 to two digits.
 */
const normal: ReadonlyArray<readonly [interval: number, figures: ReadonlyArray<string>]> = [
  [4, ['168', '74.2', '26.6', '13.3', '8.38', '4.75', '3.34', '2.62', '2.19', '1.71']],
  [5, ['465', '139', '38.0', '17.05', '10.4', '5.75', '4.01', '3.11', '2.57', '2.01']],
];

const bernoulli: ReadonlyArray<readonly [interval: number, figures: Readonly<Record<string, string>>]> = [
  [35, { '.10': '1690.1', '.20': '72.9', '.30': '31.1' }],
  [56, { '.10': '18645.7', '.20': '125.2', '.30': '50.2' }],
];

/** How long CUSUMs run until they alarm. */
export const runLengthOracles = (): ReadonlyArray<Oracle> => [
  ...normal.flatMap(([interval, figures]) =>
    shifts.map((shift, at) =>
      printed(`CUSUM, k .5, h ${interval}, shift ${shift} σ`, figures[at] ?? '', cusumRunLength({ slack: 0.5, interval }, shift)),
    ),
  ),
  ...bernoulli.flatMap(([interval, figures]) =>
    Object.entries(figures).map(([rate, figure]) =>
      printed(
        `Bernoulli CUSUM, +6/−1, H ${interval}, rate ${rate}`,
        figure,
        bernoulliRunLength({ up: 6, down: 1, interval }, Number(rate)),
      ),
    ),
  ),
];
