import { Draw } from '../../pipeline/testing/draw.ts';
import type { CrashOptions } from './options.ts';

/** One fault. `at`: seconds after the load began; `down`: seconds until what was ended is started again; `victim`: a share of those there are. */
export type Fault =
  | { readonly kind: 'kill'; readonly at: number; readonly victim: number; readonly down: number }
  | { readonly kind: 'bounce'; readonly at: number; readonly abrupt: boolean; readonly down: number }
  | { readonly kind: 'scale'; readonly at: number; readonly by: 1 | -1; readonly victim: number }
  | { readonly kind: 'clickhouse'; readonly at: number; readonly down: number };

type Planned = Pick<CrashOptions, 'seed' | 'seconds' | 'kills' | 'bounces' | 'scalings' | 'clickhouseKills'>;

/** Before this many seconds nothing is broken: the first assignment is to be seen. */
const quiet = 3;

const hundredths = (seconds: number): number => Math.round(seconds * 100) / 100;

/** `count` times spread over the run, each anywhere within its own part, so that two of a kind do not pile up. */
const spread = (draw: Draw, count: number, seconds: number): ReadonlyArray<number> =>
  Array.from({ length: count }, (_, part) => hundredths(quiet + ((part + draw.unit()) * (seconds - quiet)) / count));

/** Anywhere at all, so that kills do pile up now and then. */
const anywhere = (draw: Draw, count: number, seconds: number): ReadonlyArray<number> =>
  Array.from({ length: count }, () => hundredths(quiet + draw.unit() * (seconds - quiet)));

/** The faults of a run in order of time: the same for a seed. Processes come and go in turns, and one comes first. */
export const scheduleOf = ({ seed, seconds, kills, bounces, scalings, clickhouseKills }: Planned): ReadonlyArray<Fault> => {
  const draw = new Draw(seed);
  const within = (low: number, high: number): number => hundredths(low + draw.unit() * (high - low));
  const faults: ReadonlyArray<Fault> = [
    ...anywhere(draw, kills, seconds).map((at): Fault => ({ kind: 'kill', at, victim: draw.unit(), down: within(0, 3) })),
    ...spread(draw, bounces, seconds).map((at, index): Fault => ({ kind: 'bounce', at, abrupt: index % 2 === 0, down: within(0.2, 4) })),
    ...spread(draw, scalings, seconds).map((at, index): Fault => ({
      kind: 'scale',
      at,
      by: index % 2 === 0 ? 1 : -1,
      victim: draw.unit(),
    })),
    ...spread(draw, clickhouseKills, seconds).map((at): Fault => ({ kind: 'clickhouse', at, down: within(0.5, 10) })),
  ];
  return [...faults].sort((a, b) => a.at - b.at);
};
