import { newPageHinkley, pageHinkleyStep, usualPageHinkley } from '../../operators/statistics/page-hinkley.ts';
import { seeded } from '../../pipeline/testing/seeded.ts';
import { median, share, type Extent, type Oracle } from './oracle.ts';

const length = 20_000;
const changeAt = 2000;

/** When the test alarms on a row of 0 and 1 whose rate goes from .1 to .2 after `change` values; undefined if never. */
const alarmAt = (random: () => number, change: number): number | undefined => {
  let state = newPageHinkley;
  for (let at = 1; at <= length; at += 1) {
    const value = random() < (at > change ? 0.2 : 0.1) ? 1 : 0;
    state = pageHinkleyStep(state, { value, count: 1 }, usualPageHinkley);
    if (state.sum > usualPageHinkley.threshold) return at;
  }
  return undefined;
};

/** How late Page-Hinkley finds a change, and how often it finds one where there is none. The published figures are simulated with 500 runs. */
export const pageHinkleyOracles = ({ seed, runs, progress }: Extent): ReadonlyArray<Oracle> => {
  progress('Page-Hinkley');
  const random = seeded(seed);
  const count = Math.ceil(runs / 4);
  const delays: number[] = [];
  let falsely = 0;
  for (let run = 0; run < count; run += 1) {
    if (alarmAt(random, length) !== undefined) falsely += 1;
    const found = alarmAt(random, changeAt) ?? Infinity;
    if (found > changeAt) delays.push(found - changeAt);
  }
  return [
    median('Page-Hinkley, .1 to .2 at 2,000: median delay', 558, { values: delays, published: 500 }),
    share('Page-Hinkley, 20,000 without a change: false alarms', 0.004, { hits: falsely, runs: count }),
  ];
};
