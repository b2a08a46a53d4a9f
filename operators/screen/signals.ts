import { countOf, together } from '../decide/submitters.ts';
import { hashText } from '../aggregates/hash-text.ts';
import { type Conduct, movedTo } from './entry.ts';
import { type Signature, similarity } from './min-hash.ts';
import type { ScreenOptions, Suspicion, TextOptions } from './options.ts';

/** What is looked at of a value, read by the declaration's functions. */
export interface Said {
  /** When it came: the later of its event time and the stream time just before it, in ms. */
  readonly now: number;
  /** The key that it is about; undefined if keys are not looked at. */
  readonly about: string | undefined;
  /** Its text's signature; undefined without a text that is long enough. */
  readonly text: Signature | undefined;
  /** ms since it could be seen; undefined if that is not known. */
  readonly delay: number | undefined;
}

/** The numbers of a declaration. */
export type Limits = Pick<ScreenOptions<never, never>, 'window' | 'rate' | 'pace'> & {
  readonly spread: { readonly most: number } | undefined;
  readonly texts: Pick<Required<TextOptions<never>>, 'most' | 'similarity' | 'remembered'> | undefined;
  readonly delay: { readonly least: number } | undefined;
};

/** 0 up to the limit, then ever nearer to 1: ½ at twice the limit, 0.9 at ten times. */
export const excess = (seen: number, limit: number): number => (seen <= limit ? 0 : 1 - limit / seen);

/** The conduct after one more value. */
export const afterwards = (conduct: Conduct, said: Said, limits: Limits): Conduct => {
  const { now, about, text } = said;
  const moved = movedTo(conduct, { now, window: limits.window });
  return {
    ...moved,
    n: moved.n + 1,
    keys: about === undefined ? moved.keys : together(moved.keys, [hashText(about, 0)]),
    times: limits.pace === undefined ? [] : [...moved.times, now].slice(-limits.pace.over),
    texts:
      text === undefined || limits.texts === undefined
        ? moved.texts
        : [...moved.texts, [now, text] as const].slice(-limits.texts.remembered),
  };
};

const rounded = (value: number): string => String(Math.round(value * 10) / 10);

const inWindow = ({ window }: Limits): string => `within ${rounded(window / 1_000)} s`;

/** Values in the last window, the one before weighted by what of it still counts: a sliding window from two counters. */
const rateOf = ({ from, n, before }: Conduct, now: number, window: number): number =>
  n + before * Math.min(1, Math.max(0, 1 - (now - from) / window));

const byRate = (conduct: Conduct, { now }: Said, limits: Limits): Suspicion | undefined => {
  if (limits.rate === undefined) return undefined;
  const seen = rateOf(conduct, now, limits.window);
  const reason = `${rounded(seen)} submissions ${inWindow(limits)}, at most ${limits.rate.most} are usual`;
  return { signal: 'rate', score: excess(seen, limits.rate.most), reason };
};

const bySpread = ({ keys }: Conduct, _said: Said, limits: Limits): Suspicion | undefined => {
  if (limits.spread === undefined) return undefined;
  const seen = countOf(keys);
  return {
    signal: 'spread',
    score: excess(seen, limits.spread.most),
    reason: `${seen} different keys ${inWindow(limits)}, at most ${limits.spread.most} are usual`,
  };
};

const byTexts = ({ texts }: Conduct, { text }: Said, limits: Limits): Suspicion | undefined => {
  if (limits.texts === undefined || text === undefined) return undefined;
  const { most, similarity: least } = limits.texts;
  // The text itself stands among those that are remembered.
  const copies = texts.filter(([, other]) => similarity(text, other) >= least).length - 1;
  return {
    signal: 'texts',
    score: excess(copies, most),
    reason: `much the same text as ${copies} of the last ${texts.length - 1}, at most ${most} are usual`,
  };
};

const byPace = ({ times }: Conduct, _said: Said, { pace }: Limits): Suspicion | undefined => {
  if (pace === undefined || times.length < pace.over) return undefined;
  const gap = (Math.max(...times) - Math.min(...times)) / (times.length - 1);
  const reason = `the last ${pace.over} submissions came ${rounded(gap)} ms apart on average, people take ${pace.least} ms at least`;
  return { signal: 'pace', score: gap < pace.least ? 1 - gap / pace.least : 0, reason };
};

const byDelay = (_conduct: Conduct, { delay }: Said, limits: Limits): Suspicion | undefined => {
  if (limits.delay === undefined || delay === undefined) return undefined;
  const { least } = limits.delay;
  if (delay < 0) return { signal: 'delay', score: 1, reason: `submitted ${rounded(-delay)} ms before it could be seen` };
  const reason = `submitted ${rounded(delay)} ms after it could be seen, people take ${least} ms at least`;
  return { signal: 'delay', score: delay < least ? 1 - delay / least : 0, reason };
};

const signals = [byRate, bySpread, byTexts, byPace, byDelay];

/** The grounds of suspicion against a value, the strongest first; `conduct` has the value already. */
export const groundsOf = (conduct: Conduct, said: Said, limits: Limits): ReadonlyArray<Suspicion> =>
  signals
    .flatMap((signal) => signal(conduct, said, limits) ?? [])
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score);
